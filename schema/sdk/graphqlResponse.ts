/** A response of the GraphQL endpoint, before its errors are handled. */
import { RequestError, type RequestProblem } from './failures.ts'

export interface GraphqlResponse {
  status: number
  /** The value of the header `retry-after`. */
  retryAfterMs?: number
  /** Empty if the body is not JSON, as in an error page of a proxy. */
  body: { data?: Record<string, unknown> | null; errors?: RequestProblem[] }
}

/** Parses a response from its parts. */
export function parseResponse(status: number, retryAfter: string | null, text: string): GraphqlResponse {
  const retryAfterMs = headerMs(retryAfter)
  return { status, ...(retryAfterMs !== undefined && { retryAfterMs }), body: readBody(text) }
}

/** Returns the data. Throws RequestError if there are errors or no data. */
export function dataOf<Data>({ status, body }: GraphqlResponse, idempotencyKey?: string): Data {
  if (body.errors || !body.data) throw new RequestError(status, body.errors ?? [], idempotencyKey)
  return body.data as Data
}

/** True if the access token was refused. A refused `signIn` does not count. */
export function isUnauthenticated({ body }: GraphqlResponse): boolean {
  if (body.errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')) return true
  return Object.entries(body.data ?? {}).some(
    ([field, value]) => field !== 'signIn' && typenameOf(value) === 'UnauthenticatedError',
  )
}

const typenameOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && '__typename' in value ? value.__typename : undefined

/** Parses seconds or a date (https://httpwg.org/specs/rfc9110.html#field.retry-after). */
function headerMs(retryAfter: string | null): number | undefined {
  if (!retryAfter) return undefined
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

function readBody(text: string): GraphqlResponse['body'] {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}
