/** Messages of PostgreSQL's protocol as bytes (https://www.postgresql.org/docs/current/protocol-message-formats.html). */

export interface WireMessage {
  /** The type, one letter; empty for the first message of a client, which has none. */
  type: string
  /** The whole message, with its type and length. */
  bytes: Buffer
  /** What follows the length. */
  body: Buffer
}

const LENGTH_BYTES = 4

/** Asks PostgreSQL to send the answers it has, without ending the pipeline. */
export const FLUSH = Buffer.from([0x48, 0, 0, 0, 4])

/** Cuts a stream into messages. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0)
  #hasTypes: boolean

  /** `hasTypes` is false for a client's stream, whose first message has no type. */
  constructor({ hasTypes }: { hasTypes: boolean }) {
    this.#hasTypes = hasTypes
  }

  /** Returns the messages that are complete with this piece. */
  read(piece: Buffer): WireMessage[] {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece
    const messages: WireMessage[] = []
    for (;;) {
      const start = this.#hasTypes ? 1 : 0
      if (this.#rest.length < start + LENGTH_BYTES) return messages
      const end = start + this.#rest.readInt32BE(start)
      if (this.#rest.length < end) return messages
      const bytes = this.#rest.subarray(0, end)
      messages.push({
        type: this.#hasTypes ? String.fromCharCode(bytes[0] ?? 0) : '',
        bytes,
        body: bytes.subarray(start + LENGTH_BYTES),
      })
      this.#rest = this.#rest.subarray(end)
      this.#hasTypes = true
    }
  }
}

/** Returns the texts at the start of a body that end with a zero. */
export function textsOf(body: Buffer, count: number): string[] {
  const texts: string[] = []
  for (let start = 0; texts.length < count; ) {
    const end = body.indexOf(0, start)
    texts.push(body.toString('utf8', start, end))
    start = end + 1
  }
  return texts
}

/** Returns the SQLSTATE of an error. */
export function sqlStateIn(body: Buffer): string {
  for (let start = 0; body[start]; ) {
    const end = body.indexOf(0, start)
    if (String.fromCharCode(body[start] ?? 0) === 'C') return body.toString('utf8', start + 1, end)
    start = end + 1
  }
  return ''
}

/** Returns the name of a statement: that in its leading comment, else its first word. */
export const statementName = (text: string): string => /^\s*(?:\/\* )?(\w+)/.exec(text)?.[1] ?? text
