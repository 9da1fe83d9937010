/** From a result whose errors have their answers to the bytes of the response, as Yoga makes them. */
import type { OutgoingHttpHeader } from 'node:http'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import type { Response } from '../responses/responses.ts'
import type { MediaType } from './mediaType.ts'

/** What the fast path answers with: errors alone, where nothing was executed, else data that is JSON already, with errors or without. */
export interface FastPathResult {
  errors?: readonly GraphQLError[]
  data?: string
}

/** Sends it, with the status and the headers that its errors ask for. */
export function sendResult(response: Response, result: FastPathResult, mediaType: MediaType): void {
  const { errors } = result
  const text = jsonOf(result)
  const length = Buffer.byteLength(text)
  const headers: OutgoingHttpHeader[] = ['content-type', `${mediaType}; charset=utf-8`, 'content-length', length]
  if (errors) headers.push(...Object.entries(headersOf(errors)).flat())
  response.writeWholeHead(errors ? statusOf(errors, mediaType) : 200, headers)
  // As many bytes as characters: it is ASCII, whose bytes are copied where UTF-8 would be looked for in each.
  response.endWith(text, length === text.length ? 'latin1' : 'utf8')
}

function jsonOf({ errors, data }: FastPathResult): string {
  if (!errors) return `{"data":${data}}`
  const told = JSON.stringify(errors.map(withoutHttp))
  return data === undefined ? `{"errors":${told}}` : `{"errors":${told},"data":${data}}`
}

function withoutHttp(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...formatted } = error.toJSON()
  const { http, ...rest } = extensions ?? {}
  return { ...formatted, ...(Object.keys(rest).length > 0 && { extensions: rest }) }
}

// The highest; under application/json a well-formed request whose document or variables are wrong is answered with 200.
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
