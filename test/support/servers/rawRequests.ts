/** Requests as bytes on a connection: what a proxy, an old client or an attacker may send, and no HTTP library would. */
import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: string
  /** What came behind it on the same connection. */
  rest: string
}

export interface RawRequest {
  method?: string
  target?: string
  version?: string
  /** Undefined leaves the header out. */
  host?: string | undefined
  /** Lines, without their ends. */
  headers?: readonly string[]
  body?: string | Buffer
  /** Whether the connection is to be used again. */
  keepAlive?: boolean
}

/** The bytes of a request, with the length of its body unless a header says it otherwise. */
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

/** The bytes of a GraphQL request by POST. */
export const postOf = (query: string, changes: RawRequest = {}): Buffer =>
  bytesOf({
    method: 'POST',
    body: JSON.stringify({ query }),
    ...changes,
    headers: ['Content-Type: application/json', ...(changes.headers ?? [])],
  })

// A request that is not whole is answered once its time is up, or never: for nothing one waits no longer.
const PATIENCE_MS = 1_000

/**
 * Sends the bytes; gives what came until the server closed the connection. Where the bytes may not be a whole request, the
 * connection is ended when nothing has come for a while.
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
  if (maybeWhole) socket.setTimeout(PATIENCE_MS, () => socket.destroy())
  await new Promise<void>((resolve) => socket.once('close', () => resolve()).once('end', () => socket.destroy()))
  return received
}

/** The first answer in what came; undefined where nothing did. Fails where it is no answer. */
export function firstAnswer(received: string): RawAnswer | undefined {
  if (received === '') return undefined
  const head = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(received)
  if (!head) throw new Error(`This is no answer: ${received.slice(0, 300)}`)
  const status = Number(head[1])
  const behind = received.slice(head[0].length)
  if (status === 100) return firstAnswer(behind)
  const headers = Object.fromEntries(
    (head[2] ?? '')
      .split('\r\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const length = headers['content-length'] === undefined ? behind.length : Number(headers['content-length'])
  return { status, headers, body: behind.slice(0, length), rest: behind.slice(length) }
}

/** Sends the bytes, and gives the first answer. Fails where there is none. */
export async function answerTo(url: string, bytes: Buffer): Promise<RawAnswer> {
  const answer = firstAnswer(await exchange(url, bytes))
  if (!answer) throw new Error('There was no answer.')
  return answer
}
