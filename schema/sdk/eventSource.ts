/** Parses server-sent events (https://html.spec.whatwg.org/#parsing-an-event-stream). */
export interface ServerSentEvent {
  type: string
  text: string
}

/** Yields the events of a body, whose chunks may end anywhere. */
export async function* eventsIn(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  let type = ''
  let text: string[] = []
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split(/\r\n|\n|\r/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [, field, value = ''] = /^(\w*):? ?(.*)$/s.exec(line) ?? []
      if (field === 'event') type = value
      else if (field === 'data') text.push(value)
      else if (line === '') {
        if (text.length > 0) yield { type, text: text.join('\n') }
        type = ''
        text = []
      }
    }
  }
}
