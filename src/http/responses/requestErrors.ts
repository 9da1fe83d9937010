/**
 * What stands in `errors[]`: why a request was not done as a whole, or a field of it not read. Refusals of a mutation are
 * not here: they are data. Every code, its HTTP status where nothing was executed, and whether to send the same again.
 */
import { GraphQLError, type GraphQLErrorExtensions } from 'graphql'

export interface Kind {
  status: number
  retryable: boolean
  message: string
  /** Under `Accept: application/json` a well-formed request is answered with 200, by GraphQL over HTTP. */
  okForJson?: boolean
  headers?: Record<string, string>
}

export const REQUEST_ERRORS = {
  BAD_REQUEST: { status: 400, retryable: false, message: 'This is not a GraphQL request.' },
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    retryable: false,
    message: 'The document has an error of syntax.',
    okForJson: true,
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    retryable: false,
    message: 'The document does not fit the schema.',
    okForJson: true,
  },
  BAD_USER_INPUT: { status: 400, retryable: false, message: 'A value is not of its type.', okForJson: true },
  COST_EXCEEDED: { status: 400, retryable: false, message: 'The operation asks for too much at once.' },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    message: 'The access token is not valid, or its session has ended. Sign in or refresh it, and send it again.',
    headers: { 'www-authenticate': 'Bearer' }, // RFC 9110 wants it with 401.
  },
  NOT_FOUND: { status: 404, retryable: false, message: 'There is nothing here.' },
  RATE_LIMITED: { status: 429, retryable: true, message: 'Too many requests in a short time.' },
  INTERNAL: {
    status: 500,
    retryable: false,
    message: 'Something unexpected happened. The request id finds it in the log.',
  },
  OVERLOADED: { status: 503, retryable: true, message: 'The server is busy. Send the same again in a moment.' },
  UNAVAILABLE: {
    status: 503,
    retryable: true,
    message: 'The database or the file store does not answer. Send the same again in a moment.',
  },
} as const satisfies Record<string, Kind>

export type RequestErrorCode = keyof typeof REQUEST_ERRORS

export const isRequestErrorCode = (code: unknown): code is RequestErrorCode =>
  typeof code === 'string' && Object.hasOwn(REQUEST_ERRORS, code)

/** An error for `errors[]`, with the code's own message and status unless told otherwise. */
export function requestError(
  code: RequestErrorCode,
  options: {
    message?: string
    status?: number
    headers?: Record<string, string>
    extensions?: GraphQLErrorExtensions
  } = {},
): GraphQLError {
  const { message, status }: Kind = REQUEST_ERRORS[code]
  const http = { status: options.status ?? status, ...(options.headers && { headers: options.headers }) }
  return new GraphQLError(options.message ?? message, { extensions: { ...options.extensions, code, http } })
}
