/**
 * The errors in `errors[]`: a request that failed as a whole, or a field that could not be read. Refusals of mutations are
 * returned as data instead. Each code has an HTTP status, for requests that were not executed, and a flag `retryable`.
 */
import { GraphQLError, type GraphQLErrorExtensions } from 'graphql'

export interface RequestErrorKind {
  status: number
  retryable: boolean
  message: string
  /** With `Accept: application/json`, a well-formed request gets status 200, by the GraphQL over HTTP specification. */
  okForJson?: boolean
  headers?: Record<string, string>
}

/** Every code with its status and default message; schema/errors.md lists them. */
export const REQUEST_ERRORS = {
  BAD_REQUEST: { status: 400, retryable: false, message: 'The request is not a GraphQL request.' },
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    retryable: false,
    message: 'The document has a syntax error.',
    okForJson: true,
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    retryable: false,
    message: 'The document is not valid for this schema.',
    okForJson: true,
  },
  BAD_USER_INPUT: {
    status: 400,
    retryable: false,
    message: 'An argument or a variable does not match its type.',
    okForJson: true,
  },
  // The message and the code are those of Apollo's protocol: on either, clients send the text.
  PERSISTED_QUERY_NOT_FOUND: { status: 404, retryable: false, message: 'PersistedQueryNotFound', okForJson: true },
  PERSISTED_ONLY: {
    status: 400,
    retryable: false,
    message: 'This server executes only documents that its operator has listed.',
    okForJson: true,
  },
  COST_EXCEEDED: {
    status: 400,
    retryable: false,
    message: 'The operation is too large. Request fewer fields or smaller pages.',
  },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    message:
      'The access token is invalid or expired, or its session has ended. Refresh it or sign in, then send the request again.',
    headers: { 'www-authenticate': 'Bearer' }, // RFC 9110 requires it with 401.
  },
  NOT_FOUND: { status: 404, retryable: false, message: 'Nothing was found at this address.' },
  RATE_LIMITED: { status: 429, retryable: true, message: 'Rate limit exceeded. Send the request again later.' },
  INTERNAL: {
    status: 500,
    retryable: false,
    message: 'Internal server error. The server log has the details under this request id.',
  },
  OVERLOADED: {
    status: 503,
    retryable: true,
    message: 'The server is overloaded. Send the same request again in a moment.',
  },
  UNAVAILABLE: {
    status: 503,
    retryable: true,
    message: 'The database or the file store is unavailable. Send the same request again in a moment.',
  },
} as const satisfies Record<string, RequestErrorKind>

export type RequestErrorCode = keyof typeof REQUEST_ERRORS

/** True if the value is a code of REQUEST_ERRORS. */
export const isRequestErrorCode = (code: unknown): code is RequestErrorCode =>
  typeof code === 'string' && Object.hasOwn(REQUEST_ERRORS, code)

/** Returns an error for `errors[]`, by default with the message and status of its code. */
export function requestError(
  code: RequestErrorCode,
  options: {
    message?: string
    status?: number
    headers?: Record<string, string>
    extensions?: GraphQLErrorExtensions
  } = {},
): GraphQLError {
  const { message, status }: RequestErrorKind = REQUEST_ERRORS[code]
  const http = { status: options.status ?? status, ...(options.headers && { headers: options.headers }) }
  return new GraphQLError(options.message ?? message, { extensions: { ...options.extensions, code, http } })
}
