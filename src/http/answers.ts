/** Answers that GraphQL does not give, and the headers that every answer has. */
import type { ServerResponse } from 'node:http'
import { REQUEST_ERRORS, type RequestErrorCode } from './requestErrors.ts'

/** Nothing that we answer with is a page to be framed, sniffed or kept; GraphiQL, which is a page, sets its own policy. */
export function setCommonHeaders(response: ServerResponse, requestId: string): void {
  response.setHeader('x-request-id', requestId)
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  response.setHeader('cache-control', 'no-store')
}

/** An answer in JSON. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

/** An answer that is found, as it is. */
export function sendText(response: ServerResponse, contentType: string, text: string): void {
  response.writeHead(200, { 'content-type': contentType }).end(text)
}

/** An error in the form that GraphQL's have, for whoever asked for something else. */
export function sendError(
  response: ServerResponse,
  code: RequestErrorCode,
  { requestId, status }: { requestId: string; status?: number },
): void {
  const { message, retryable, ...kind } = REQUEST_ERRORS[code]
  sendJson(response, status ?? kind.status, { errors: [{ message, extensions: { code, requestId, retryable } }] })
}
