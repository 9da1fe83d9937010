/**
 * The only place that converts errors for clients. Each gets a code, the request id and `retryable`. Internal errors are
 * masked, and logged once per request with their cause.
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
import {
  isRequestErrorCode,
  REQUEST_ERRORS,
  type RequestErrorCode,
  type RequestErrorKind,
  requestError,
} from './requestErrors.ts'

// A validation error repeats text of the client, which may be as long as the body.
const MESSAGE_LENGTH_MAX = 500
// A list of 100 entries that all fail would repeat the same error 100 times.
const ERRORS_MAX = 20

type Log = Pick<Logger, 'error' | 'warn'>

/** The client's view of an error; `level` is set if the error must be logged. */
interface ErrorVerdict {
  code: string
  message: string
  retryable: boolean
  status: number
  level?: 'error' | 'warn'
  okForJson?: boolean
  headers?: Record<string, string>
  extensions?: Record<string, unknown>
}

/** Yoga plugin that converts errors. It must precede the plugins that read error codes. */
export function useErrorResponses({ log }: { log: Log }): Plugin<object, RequestMeta> {
  return {
    onValidate() {
      return ({ valid, result, setResult }) => {
        if (!valid) setResult((result as GraphQLError[]).map(toInputError))
      }
    },
    onResultProcess({ result, setResult, serverContext }) {
      const map = (item: ExecutionResult) => toErrorResponse(item, { requestId: serverContext.requestId, log })
      setResult(
        isAsyncIterable(result) ? mapStream(result, map) : Array.isArray(result) ? result.map(map) : map(result),
      )
    },
  }
}

// An invalid literal gets the same code as an invalid variable.
function toInputError(error: GraphQLError): GraphQLError {
  const { nodes, message } = error
  if (!nodes?.[0] || !isValueNode(nodes[0])) return error
  return new GraphQLError(message, { nodes, extensions: requestError('BAD_USER_INPUT').extensions })
}

/** Returns the result with its errors converted for clients, and logs the internal ones. */
export function toErrorResponse<Result extends Pick<ExecutionResult, 'errors'>>(
  result: Result,
  { requestId, log }: Pick<RequestMeta, 'requestId'> & { log: Log },
): Result {
  if (!result.errors?.length) return result
  const executed = 'data' in result
  const errors = result.errors.slice(0, ERRORS_MAX).map((error) => ({ error, verdict: verdictOf(error) }))
  const worst = errors.find(({ verdict }) => verdict.level === 'error') ?? errors.find(({ verdict }) => verdict.level)
  if (worst?.verdict.level) {
    const { code, level } = worst.verdict
    log[level]({ requestId, code, cause: loggedCause(worst.error) }, 'request failed')
  }
  return {
    ...result,
    errors: errors.map(({ error, verdict }) => toClientError(error, verdict, { requestId, executed })),
  }
}

function verdictOf(error: GraphQLError): ErrorVerdict {
  const original = originalOf(error)
  if (original instanceof DomainError) return verdictOfRefusal(original)
  const outage = outageOf(original)
  if (outage) return { code: outage, ...REQUEST_ERRORS[outage], level: 'warn', headers: { 'retry-after': '1' } }
  if (!(original instanceof GraphQLError)) return { code: 'INTERNAL', ...REQUEST_ERRORS.INTERNAL, level: 'error' }
  return verdictOfGraphqlError(original)
}

/** Unwraps GraphQL errors: returns the error that a resolver threw, or the innermost GraphQL error. */
function originalOf(error: GraphQLError): Error {
  const { originalError } = error
  return originalError instanceof GraphQLError ? originalOf(originalError) : (originalError ?? error)
}

// A refusal outside of a result union: in a query, a subscription, or before execution.
function verdictOfRefusal(error: DomainError): ErrorVerdict {
  const { code, message, retryable } = error
  const { status, headers }: Pick<RequestErrorKind, 'status' | 'headers'> = isRequestErrorCode(code)
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

function verdictOfGraphqlError(error: GraphQLError): ErrorVerdict {
  const { code: given, http, ...extensions } = error.extensions
  const code = isRequestErrorCode(given) ? given : codeFor(error)
  const kind: RequestErrorKind = REQUEST_ERRORS[code]
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

// Yoga's own errors have a status, but not a code of ours. Errors of Pothos and GraphQL for arguments and variables have
// neither. Any other error with a path means that a resolver returned a value of the wrong type: a defect, so it is masked.
function codeFor(error: GraphQLError): RequestErrorCode {
  if (error.extensions.http) return 'BAD_REQUEST'
  if (error instanceof PothosValidationError || !error.path || error.message.startsWith('Argument "'))
    return 'BAD_USER_INPUT'
  return 'INTERNAL'
}

function toClientError(
  error: GraphQLError,
  verdict: ErrorVerdict,
  of: { requestId: string; executed: boolean },
): GraphQLError {
  const { code, message, retryable, status, headers, okForJson } = verdict
  const http = { status, ...(headers && { headers }), ...(okForJson && { spec: true }) }
  return new GraphQLError(message.slice(0, MESSAGE_LENGTH_MAX), {
    ...locationOf(error),
    // The status is 200 once the operation was executed, even if fields failed.
    extensions: { ...verdict.extensions, code, requestId: of.requestId, retryable, ...(!of.executed && { http }) },
  })
}

const locationOf = ({ nodes, source, positions, path }: GraphQLError) => ({
  ...(nodes && { nodes }),
  ...(source && { source }),
  ...(positions && { positions }),
  ...(path && { path }),
})
