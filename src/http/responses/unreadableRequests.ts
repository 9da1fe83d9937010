/**
 * Requests that Node's parser refuses before there is anything to answer: a bad head, one that is too long, one that does not come in
 * time. Node's own answers to them have neither a body nor the headers that every answer has.
 */
import { randomUUID } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { bodyOfError, COMMON_HEADERS, JSON_CONTENT_TYPE, type Response, sendError } from './responses.ts'

// Time for the client to read the answer: a connection that is closed with unread bytes in it is reset, and the answer lost.
const LINGER_MS = 1_000

const REFUSALS: Readonly<Record<string, { status: number; message: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers of this request, or its address, are too long.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, message: 'The chunks of this body are not of the form of HTTP.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request did not come in time.' },
}
const MALFORMED = { status: 400, message: 'This is not a request of HTTP.' }
/** For a body that does not come in time. */
export const REQUEST_TIMEOUT = { status: 408, message: 'The body of the request did not come in time.' }

/** Has this server say, in the form of every other error, why it does not read a request. */
export function answerUnreadableRequests(
  server: Pick<EventEmitter, 'on'>,
  { log, onAnswer }: { log: Pick<Logger, 'debug'>; onAnswer: (route: string, status: number) => void },
): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex & { [REFUSED]?: true }) => {
    // What still comes on a connection that is refused is refused again; it was said.
    if (socket[REFUSED]) return
    socket[REFUSED] = true
    const refusal = REFUSALS[error.code ?? ''] ?? MALFORMED
    const requestId = refuseConnection(socket, refusal)
    if (!requestId) return
    onAnswer('none', refusal.status)
    log.debug({ requestId, code: 'BAD_REQUEST', reason: error.code }, 'a request could not be read')
  })
  server.on('checkExpectation', (_request, response: Response) => {
    response.requestId = randomUUID()
    response.once('finish', () => onAnswer('none', response.statusCode))
    const message = 'The only expectation that a request may have is `100-continue`.'
    sendError(response, 'BAD_REQUEST', { requestId: response.requestId, status: 417, message })
  })
}

const REFUSED = Symbol('the connection was refused')

/** Answers on the connection itself, and ends it; gives the id of the answer. Where an answer has begun, nothing can be added. */
export function refuseConnection(socket: Duplex, refusal: { status: number; message: string }): string | undefined {
  // Node's own way of knowing.
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
