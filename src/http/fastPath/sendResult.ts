/** Sends a result of the fast path with the same bytes, status and headers as Yoga. */
import type { OutgoingHttpHeader } from 'node:http'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import type { HttpResponse } from '../responses/responses.ts'
import type { MediaType } from './mediaType.ts'

/** A result of the fast path: only errors if nothing was executed; else data as JSON text, possibly with errors. */
export interface FastPathResult {
  errors?: readonly GraphQLError[]
  data?: string
}

/** Sends the result, with the status and the headers of its errors. */
export function sendResult(response: HttpResponse, result: FastPathResult, mediaType: MediaType): void {
  const { errors } = result
  const text = jsonOf(result)
  const length = Buffer.byteLength(text)
  const headers: OutgoingHttpHeader[] = ['content-type', `${mediaType}; charset=utf-8`, 'content-length', length]
  if (errors) headers.push(...Object.entries(headersOf(errors)).flat())
  response.writeWholeHead(errors ? statusOf(errors, mediaType) : 200, headers)
  // Equal length in bytes and characters means ASCII, which latin1 copies without UTF-8 encoding.
  response.endWith(text, length === text.length ? 'latin1' : 'utf8')
}

function jsonOf({ errors, data }: FastPathResult): string {
  if (!errors) return `{"data":${data}}`
  const errorsJson = JSON.stringify(errors.map(withoutHttp))
  return data === undefined ? `{"errors":${errorsJson}}` : `{"errors":${errorsJson},"data":${data}}`
}

function withoutHttp(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...formatted } = error.toJSON()
  const { http, ...rest } = extensions ?? {}
  return { ...formatted, ...(Object.keys(rest).length > 0 && { extensions: rest }) }
}

// The highest status. With application/json, a well-formed request with an invalid document or variables gets 200.
function statusOf(errors: readonly GraphQLError[], mediaType: MediaType): number {
  let status = 0
  for (const { extensions } of errors) {
    const { http } = extensions
    if (!http?.status || (mediaType === 'application/json' && http.spec)) continue
    status = Math.max(status, http.status)
  }
  return status || 200
}

function headersOf(errors: readonly GraphQLError[]): Record<string, string> {
  return Object.assign({}, ...errors.map(({ extensions }) => extensions.http?.headers))
}
