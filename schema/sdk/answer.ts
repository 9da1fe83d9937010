/** What came back of a request, before anything is made of it. */
import { RequestError, type RequestProblem } from './failures.ts'

export interface Answer {
  status: number
  /** What the header `retry-after` says. */
  retryAfterMs?: number
  /** Empty when the answer was none of GraphQL, as a proxy gives it. */
  body: { data?: Record<string, unknown> | null; errors?: RequestProblem[] }
}

/** An answer from its parts. */
export function readAnswer(status: number, retryAfter: string | null, text: string): Answer {
  const retryAfterMs = headerMs(retryAfter)
  return { status, ...(retryAfterMs !== undefined && { retryAfterMs }), body: readBody(text) }
}

/** The data; throws RequestError when there are errors or no data. */
export function dataOf<Data>({ status, body }: Answer, idempotencyKey?: string): Data {
  if (body.errors || !body.data) throw new RequestError(status, body.errors ?? [], idempotencyKey)
  return body.data as Data
}

/** Whether it was refused because nobody is signed in by the token that was sent; a sign-in that is refused is another matter. */
export function isUnauthenticated({ body }: Answer): boolean {
  if (body.errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')) return true
  return Object.entries(body.data ?? {}).some(
    ([field, value]) => field !== 'signIn' && typenameOf(value) === 'UnauthenticatedError',
  )
}

const typenameOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && '__typename' in value ? value.__typename : undefined

/** Seconds, or a date (https://httpwg.org/specs/rfc9110.html#field.retry-after). */
function headerMs(retryAfter: string | null): number | undefined {
  if (!retryAfter) return undefined
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

function readBody(text: string): Answer['body'] {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}
