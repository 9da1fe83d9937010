/** Responses outside of GraphQL, and the headers that every response has. */
import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { RequestMeta } from '../requestMeta.ts'
import { rateLimitHeaders } from './rateLimitHeaders.ts'
import { REQUEST_ERRORS, type RequestErrorCode } from './requestErrors.ts'

/** No response may be framed, sniffed or stored; GraphiQL sets its own policy. */
export const COMMON_HEADERS = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  ['cache-control', 'no-store'],
] as const
const COMMON_HEADERS_FLAT: OutgoingHttpHeader[] = COMMON_HEADERS.flat()
/** The content type of JSON responses outside of GraphQL. */
export const JSON_CONTENT_TYPE = 'application/json; charset=utf-8'

type Head = OutgoingHttpHeaders | OutgoingHttpHeader[]

/** A ServerResponse that always sends the common headers. A value that was set for one of them takes precedence. */
export class HttpResponse extends ServerResponse<IncomingMessage> {
  /** Identifies the request in the log. */
  requestId = ''
  /** The route label of the metrics. */
  route = 'none'
  /** The request budget of the caller, once it is known. */
  budget: RequestMeta['budget'] | undefined

  override writeHead(status: number, message?: string | Head, head?: Head): this {
    for (const [name, value] of COMMON_HEADERS) if (!this.hasHeader(name)) this.setHeader(name, value)
    this.setHeader('x-request-id', this.requestId)
    const state = this.budget?.state
    if (state) for (const [name, value] of rateLimitHeaders(state)) this.setHeader(name, value)
    return typeof message === 'string' ? super.writeHead(status, message, head) : super.writeHead(status, message)
  }

  /**
   * Faster `writeHead`, if no header was set before and none of `headers` is a common one. `headers` alternates names and
   * values, and is modified. Node.js writes such a list as it is, but processes each header that was set in three steps.
   */
  writeWholeHead(status: number, headers: OutgoingHttpHeader[]): void {
    if (this.getHeaderNames().length > 0) {
      this.writeHead(status, headers)
      return
    }
    // In a loop, because `concat` takes a quarter of a microsecond.
    for (const entry of COMMON_HEADERS_FLAT) headers.push(entry)
    headers.push('x-request-id', this.requestId)
    const state = this.budget?.state
    if (state) for (const [name, value] of rateLimitHeaders(state)) headers.push(name, value)
    super.writeHead(status, headers)
  }

  /**
   * Faster `end`: Node.js appends an empty chunk to the body passed to `end`, to learn when both are flushed, and two chunks
   * are slower than one.
   */
  endWith(text: string, encoding: 'latin1' | 'utf8'): void {
    const { socket } = this
    // With HTTP pipelining, a response has no socket until the earlier responses of its connection are sent.
    if (!socket) {
      this.end(text, encoding)
      return
    }
    socket.cork()
    this.write(text, encoding)
    socket.uncork()
    this.end()
  }
}

/** Sends a JSON response. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': JSON_CONTENT_TYPE }).end(JSON.stringify(body))
}

/** Sends text with status 200. */
export function sendText(response: ServerResponse, contentType: string, text: string): void {
  response.writeHead(200, { 'content-type': contentType }).end(text)
}

// Removed when a response fails before it is sent, because they describe the original body.
const CONTENT_HEADERS = ['content-disposition', 'content-encoding', 'content-length', 'content-range', 'etag']

/** Sends an error in the format of GraphQL errors, for responses outside of GraphQL. */
export function sendError(
  response: ServerResponse,
  code: RequestErrorCode,
  { requestId, status, message }: { requestId: string; status?: number; message?: string },
): void {
  for (const name of CONTENT_HEADERS) response.removeHeader(name)
  const body = bodyOfError(code, { requestId, ...(message && { message }) })
  response
    .writeHead(status ?? REQUEST_ERRORS[code].status, {
      'content-type': JSON_CONTENT_TYPE,
      'content-length': Buffer.byteLength(body),
    })
    .end(body)
}

/** Returns the body of such an error. */
export function bodyOfError(code: RequestErrorCode, options: { requestId: string; message?: string }): string {
  const { message, retryable } = REQUEST_ERRORS[code]
  const extensions = { code, requestId: options.requestId, retryable }
  return JSON.stringify({ errors: [{ message: options.message ?? message, extensions }] })
}
