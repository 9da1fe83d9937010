/**
 * The one place where an error becomes an answer. Each gets a code, the request id and whether to try again;
 * what is not meant for clients is masked, and logged once a request with what caused it.
 */
import { PothosValidationError } from '@pothos/core'
import { type ExecutionResult, GraphQLError, isValueNode } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import { toDuration } from '../../domain/duration.ts'
import { DomainError, RateLimitedError } from '../../domain/errors.ts'
import type { RequestMeta } from '../requestMeta.ts'
import { mapStream } from '../streams.ts'
import { loggedCause } from './loggedCause.ts'
import { outageOf } from './outage.ts'
import { isRequestErrorCode, type Kind, REQUEST_ERRORS, type RequestErrorCode, requestError } from './requestErrors.ts'

// A validation error repeats the client's text, which may be as long as the body; nobody reads further.
const MESSAGE_LENGTH_MAX = 500
// A list of a hundred that fails in each entry says the same a hundred times.
const ERRORS_MAX = 20

type Log = Pick<Logger, 'error' | 'warn'>

/** What an error comes to: `level` where somebody has to know of it. */
interface Verdict {
  code: string
  message: string
  retryable: boolean
  status: number
  level?: 'error' | 'warn'
  okForJson?: boolean
  headers?: Record<string, string>
  extensions?: Record<string, unknown>
}

/** A Yoga plugin, which stands before whatever looks at the codes of errors. */
export function useErrorResponses({ log }: { log: Log }): Plugin<object, RequestMeta> {
  return {
    onValidate() {
      return ({ valid, result, setResult }) => {
        if (!valid) setResult((result as GraphQLError[]).map(asInputError))
      }
    },
    onResultProcess({ result, setResult, serverContext }) {
      const map = (one: ExecutionResult) => toErrorResponse(one, { requestId: serverContext.requestId, log })
      setResult(
        isAsyncIterable(result) ? mapStream(result, map) : Array.isArray(result) ? result.map(map) : map(result),
      )
    },
  }
}

// A literal that its type refuses is the same mistake as a variable that it refuses.
function asInputError(error: GraphQLError): GraphQLError {
  const { nodes, message } = error
  if (!nodes?.[0] || !isValueNode(nodes[0])) return error
  return new GraphQLError(message, { nodes, extensions: requestError('BAD_USER_INPUT').extensions })
}

/** The result with errors as clients get them; what only we may know is logged. */
export function toErrorResponse<Result extends Pick<ExecutionResult, 'errors'>>(
  result: Result,
  { requestId, log }: Pick<RequestMeta, 'requestId'> & { log: Log },
): Result {
  if (!result.errors?.length) return result
  const executed = 'data' in result
  const judged = result.errors.slice(0, ERRORS_MAX).map((error) => ({ error, verdict: judge(error) }))
  const worst = judged.find(({ verdict }) => verdict.level === 'error') ?? judged.find(({ verdict }) => verdict.level)
  if (worst?.verdict.level) {
    const { code, level } = worst.verdict
    log[level]({ requestId, code, cause: loggedCause(worst.error) }, 'a request failed')
  }
  return { ...result, errors: judged.map(({ error, verdict }) => answer(error, verdict, { requestId, executed })) }
}

function judge(error: GraphQLError): Verdict {
  const original = originalOf(error)
  if (original instanceof DomainError) return refusal(original)
  const outage = outageOf(original)
  if (outage) return { code: outage, ...REQUEST_ERRORS[outage], level: 'warn', headers: { 'retry-after': '1' } }
  if (!(original instanceof GraphQLError)) return { code: 'INTERNAL', ...REQUEST_ERRORS.INTERNAL, level: 'error' }
  return meantForClients(original)
}

/** The first error on the way in that GraphQL did not make; the last one of GraphQL when it made all. */
function originalOf(error: GraphQLError): Error {
  const { originalError } = error
  return originalError instanceof GraphQLError ? originalOf(originalError) : (originalError ?? error)
}

// Refused where no union takes it: a query, a subscription, or what comes before the fields.
function refusal(error: DomainError): Verdict {
  const { code, message, retryable } = error
  const { status, headers }: Pick<Kind, 'status' | 'headers'> = isRequestErrorCode(code)
    ? REQUEST_ERRORS[code]
    : { status: 400 }
  if (!(error instanceof RateLimitedError)) return { code, message, retryable, status, ...(headers && { headers }) }
  return {
    code,
    message,
    retryable,
    status,
    headers: { 'retry-after': String(Math.ceil(error.retryAfterMs / 1_000)) },
    extensions: { retryAfter: toDuration(error.retryAfterMs) },
  }
}

function meantForClients(error: GraphQLError): Verdict {
  const { code: given, http, ...extensions } = error.extensions
  const code = isRequestErrorCode(given) ? given : codeFor(error)
  const kind: Kind = REQUEST_ERRORS[code]
  if (code === 'INTERNAL') return { code, ...kind, level: 'error' }
  const { status, headers } = http ?? {}
  return {
    code,
    ...kind,
    message: error.message,
    status: status ?? kind.status,
    ...(headers && { headers }),
    ...(isRequestErrorCode(given) && { extensions }),
  }
}

// Yoga's own refusals have a status and a code that is not ours. Pothos and GraphQL refuse arguments and variables with
// neither. What has a path besides is a resolver's value that is not of its type: ours to mend, and not to be shown.
function codeFor(error: GraphQLError): RequestErrorCode {
  if (error.extensions.http) return 'BAD_REQUEST'
  if (error instanceof PothosValidationError || !error.path || error.message.startsWith('Argument "'))
    return 'BAD_USER_INPUT'
  return 'INTERNAL'
}

function answer(error: GraphQLError, verdict: Verdict, of: { requestId: string; executed: boolean }): GraphQLError {
  const { code, message, retryable, status, headers, okForJson } = verdict
  const http = { status, ...(headers && { headers }), ...(okForJson && { spec: true }) }
  return new GraphQLError(message.slice(0, MESSAGE_LENGTH_MAX), {
    ...placeOf(error),
    // An operation that was executed is answered with 200, whatever became of its fields.
    extensions: { ...verdict.extensions, code, requestId: of.requestId, retryable, ...(!of.executed && { http }) },
  })
}

const placeOf = ({ nodes, source, positions, path }: GraphQLError) => ({
  ...(nodes && { nodes }),
  ...(source && { source }),
  ...(positions && { positions }),
  ...(path && { path }),
})
