/** A subscription over HTTP: server-sent events, item by item. */
import { setTimeout as pause } from 'node:timers/promises'

export interface StreamAnswer {
  data?: Record<string, Record<string, unknown> | null> | null
  errors?: { message: string; extensions?: Record<string, unknown> }[]
}

const ITEM_WAIT_MS = 20_000

export class Subscription implements AsyncIterable<StreamAnswer> {
  readonly #aborting = new AbortController()
  readonly #waiting: StreamAnswer[] = []
  #ended = false
  #wake: () => void = () => {}

  /** Resolves when the server has started the stream; no later event is lost. */
  static async open(
    url: string,
    accessToken: string | null,
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<Subscription> {
    const subscription = new Subscription()
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(accessToken && { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal: subscription.#aborting.signal,
    })
    if (!response.body) throw new Error('The response has no body.')
    void subscription.#read(response.body)
    return subscription
  }

  /** Returns the next item; undefined if the stream has ended. Throws after a time-out. */
  async next(waitMs = ITEM_WAIT_MS): Promise<StreamAnswer | undefined> {
    const deadline = Date.now() + waitMs
    while (this.#waiting.length === 0 && !this.#ended) {
      if (Date.now() > deadline) throw new Error(`No item arrived in ${waitMs} ms.`)
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      await Promise.race([woken, pause(100)])
    }
    return this.#waiting.shift()
  }

  /** Disconnects, like a client that lost its network. */
  close(): void {
    this.#aborting.abort()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StreamAnswer> {
    for (let answer = await this.next(); answer; answer = await this.next()) yield answer
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    let text = ''
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true })
        const messages = text.split('\n\n')
        text = messages.pop() ?? ''
        for (const message of messages) this.#take(message)
        this.#wake()
      }
    } catch {
      // The connection was closed by either side.
    }
    this.#ended = true
    this.#wake()
  }

  #take(message: string): void {
    const line = message.split('\n').find((one) => one.startsWith('data: {'))
    if (line) this.#waiting.push(JSON.parse(line.slice('data: '.length)))
  }
}
