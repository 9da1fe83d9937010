/** Answers that GraphQL does not give, and the headers that every answer has. */
import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { REQUEST_ERRORS, type RequestErrorCode } from './requestErrors.ts'

// Nothing that we answer with is a page to be framed, sniffed or kept; GraphiQL, which is a page, sets its own policy.
export const COMMON_HEADERS = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  ['cache-control', 'no-store'],
] as const
const COMMON_WORDS: OutgoingHttpHeader[] = COMMON_HEADERS.flat()
export const JSON_CONTENT_TYPE = 'application/json; charset=utf-8'

type Head = OutgoingHttpHeaders | OutgoingHttpHeader[]

/** A response that cannot be sent without the headers that every answer has. What was set for one of them stays. */
export class Response extends ServerResponse<IncomingMessage> {
  /** By which the request is found in the log. */
  requestId = ''
  /** Under which it is counted. */
  route = 'none'

  override writeHead(status: number, message?: string | Head, head?: Head): this {
    for (const [name, value] of COMMON_HEADERS) if (!this.hasHeader(name)) this.setHeader(name, value)
    this.setHeader('x-request-id', this.requestId)
    return typeof message === 'string' ? super.writeHead(status, message, head) : super.writeHead(status, message)
  }

  /**
   * The same for a head with nothing set before and none of the common headers among its own, which are names and values in
   * turn and are added to: Node writes such a list as it is, where each header that was set costs it three steps.
   */
  writeWholeHead(status: number, headers: OutgoingHttpHeader[]): void {
    if (this.getHeaderNames().length > 0) {
      this.writeHead(status, headers)
      return
    }
    // One by one: `concat` of several takes a quarter of a microsecond.
    for (const word of COMMON_WORDS) headers.push(word)
    headers.push('x-request-id', this.requestId)
    super.writeHead(status, headers)
  }

  /**
   * The same as `end`, in one piece: Node sends what it is ended with together with an empty piece that tells it when both are gone,
   * and two pieces go a longer way than one.
   */
  endWith(text: string, encoding: 'latin1' | 'utf8'): void {
    const { socket } = this
    // It has none while it waits for the answer to an earlier request of its connection.
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

/** An answer in JSON. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': JSON_CONTENT_TYPE }).end(JSON.stringify(body))
}

/** An answer that is found, as it is. */
export function sendText(response: ServerResponse, contentType: string, text: string): void {
  response.writeHead(200, { 'content-type': contentType }).end(text)
}

// Of an answer that failed before it was sent: they speak of a body that does not come.
const CONTENT_HEADERS = ['content-disposition', 'content-encoding', 'content-length', 'content-range', 'etag']

/** An error in the form that GraphQL's have, for whoever asked for something else. */
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

/** The body of such an error, as it is sent. */
export function bodyOfError(code: RequestErrorCode, of: { requestId: string; message?: string }): string {
  const { message, retryable } = REQUEST_ERRORS[code]
  const extensions = { code, requestId: of.requestId, retryable }
  return JSON.stringify({ errors: [{ message: of.message ?? message, extensions }] })
}
