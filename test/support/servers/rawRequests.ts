/** Requests as raw bytes, as a proxy, an old client or an attacker may send them, but no HTTP library would. */
import { connect } from 'node:net'

export interface RawResponse {
  status: number
  headers: Record<string, string>
  body: string
  /** The bytes after this response on the same connection. */
  rest: string
}

export interface RawRequest {
  method?: string
  target?: string
  version?: string
  /** Undefined omits the header. */
  host?: string | undefined
  /** Header lines without line ends. */
  headers?: readonly string[]
  body?: string | Buffer
  /** True if the connection is used again. */
  keepAlive?: boolean
}

/** Returns the bytes of a request, with a Content-Length unless a header defines the length. */
export function bytesOf(request: RawRequest): Buffer {
  const { method = 'GET', target = '/graphql', version = '1.1', headers = [], body = '', keepAlive = false } = request
  const host = 'host' in request ? request.host : 'errand'
  const saysLength = headers.some((line) => /^(?:content-length|transfer-encoding)/i.test(line))
  const length = Buffer.byteLength(body)
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...(keepAlive ? [] : ['Connection: close']),
    ...(length > 0 && !saysLength ? [`Content-Length: ${length}`] : []),
    ...headers,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)])
}

/** Returns the bytes of a GraphQL request by POST. */
export const postOf = (query: string, changes: RawRequest = {}): Buffer =>
  bytesOf({
    method: 'POST',
    body: JSON.stringify({ query }),
    ...changes,
    headers: ['Content-Type: application/json', ...(changes.headers ?? [])],
  })

// An incomplete request is answered only after the time-out of the server, or never. Tests wait no longer than this.
const SILENCE_MS = 1_000

/**
 * Sends the bytes, and returns the received text when the server has closed the connection. With `maybeWhole`, the bytes may be
 * an incomplete request, and the connection is closed after a period of silence.
 */
export async function exchange(url: string, bytes: Buffer, { maybeWhole = false } = {}): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  let received = ''
  socket.setEncoding('latin1').on('data', (piece) => {
    received += piece
  })
  socket.on('error', () => {}) // A reset is a close as well.
  socket.write(bytes)
  if (maybeWhole) socket.setTimeout(SILENCE_MS, () => socket.destroy())
  await new Promise<void>((resolve) => socket.once('close', () => resolve()).once('end', () => socket.destroy()))
  return received
}

/** Parses the first response in the text; undefined if it is empty. Throws if it is not a response. */
export function firstResponse(received: string): RawResponse | undefined {
  if (received === '') return undefined
  const head = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(received)
  if (!head) throw new Error(`This is not a response: ${received.slice(0, 300)}`)
  const status = Number(head[1])
  const behind = received.slice(head[0].length)
  if (status === 100) return firstResponse(behind)
  const headers = Object.fromEntries(
    (head[2] ?? '')
      .split('\r\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const length = headers['content-length'] === undefined ? behind.length : Number(headers['content-length'])
  return { status, headers, body: behind.slice(0, length), rest: behind.slice(length) }
}

/** Sends the bytes, and returns the first response. Throws if there is none. */
export async function responseTo(url: string, bytes: Buffer): Promise<RawResponse> {
  const answer = firstResponse(await exchange(url, bytes))
  if (!answer) throw new Error('There was no response.')
  return answer
}
