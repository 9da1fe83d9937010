/**
 * Answers requests that the HTTP parser of Node.js rejects: malformed, too long, or too late. The responses of Node.js itself
 * have neither a body nor the common headers.
 */
import { randomUUID } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { bodyOfError, COMMON_HEADERS, type HttpResponse, JSON_CONTENT_TYPE, sendError } from './responses.ts'

// Time for the client to read the response: closing a connection with unread bytes resets it, and the response is lost.
const LINGER_MS = 1_000

const REFUSALS: Readonly<Record<string, { status: number; message: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The request headers or the URL are too long.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, message: 'The chunk extensions of the request body are too long.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request did not arrive in time.' },
}
const MALFORMED = { status: 400, message: 'The request is not valid HTTP.' }
/** The refusal of a body that does not arrive in time. */
export const REQUEST_TIMEOUT = { status: 408, message: 'The request body did not arrive in time.' }

/** Makes this server answer unreadable requests in the format of all other errors. */
export function answerUnreadableRequests(
  server: Pick<EventEmitter, 'on'>,
  { log, onAnswer }: { log: Pick<Logger, 'debug'>; onAnswer: (route: string, status: number) => void },
): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex & { [REFUSED]?: true }) => {
    // Each further chunk on a refused connection fails again; it is answered once.
    if (socket[REFUSED]) return
    socket[REFUSED] = true
    const refusal = REFUSALS[error.code ?? ''] ?? MALFORMED
    const requestId = refuseConnection(socket, refusal)
    if (!requestId) return
    onAnswer('none', refusal.status)
    log.debug({ requestId, code: 'BAD_REQUEST', reason: error.code }, 'request could not be read')
  })
  server.on('checkExpectation', (_request, response: HttpResponse) => {
    response.requestId = randomUUID()
    response.once('finish', () => onAnswer('none', response.statusCode))
    const message = 'The `Expect` header supports `100-continue` only.'
    sendError(response, 'BAD_REQUEST', { requestId: response.requestId, status: 417, message })
  })
}

const REFUSED = Symbol('the connection was refused')

/** Writes a refusal to the connection, closes it, and returns the request id. Only closes it if a response has begun. */
export function refuseConnection(socket: Duplex, refusal: { status: number; message: string }): string | undefined {
  // The internal property by which Node.js finds the current response.
  const { _httpMessage: current } = socket as { _httpMessage?: ServerResponse | null }
  if (!socket.writable || current?.headersSent) {
    socket.destroy()
    return undefined
  }
  const requestId = randomUUID()
  const { status, message } = refusal
  const body = bodyOfError('BAD_REQUEST', { requestId, message })
  const headers = [
    ...COMMON_HEADERS,
    ['content-type', JSON_CONTENT_TYPE],
    ['content-length', String(Buffer.byteLength(body))],
    ['x-request-id', requestId],
    ['connection', 'close'],
  ]
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  const cut = setTimeout(() => socket.destroy(), LINGER_MS)
  cut.unref()
  socket.once('close', () => clearTimeout(cut))
  return requestId
}
