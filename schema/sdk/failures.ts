/** The errors that a client throws. Refusals of a rule are not errors: they are data in the result union. */

/** One entry of `errors[]`: the request was refused as a whole, or the server failed. */
export interface RequestProblem {
  message: string
  path?: (string | number)[]
  extensions?: { code?: string; requestId?: string; retryable?: boolean; retryAfter?: string }
}

/** The response had `errors[]`, or was not a GraphQL response. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly problems: readonly RequestProblem[]
  readonly status: number
  /** The idempotency key of the mutation: sent again with this key, it is executed at most once. */
  readonly idempotencyKey: string | undefined

  constructor(status: number, problems: readonly RequestProblem[], idempotencyKey?: string) {
    super(problems.map(({ message }) => message).join(' ') || `The server responded with status ${status}.`)
    this.status = status
    this.problems = problems
    this.idempotencyKey = idempotencyKey
  }
}

/** No response arrived. The operation may have been executed: only a query, or a mutation with its key, can be sent again. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
  /** The idempotency key of the mutation: sent again with this key, it is executed at most once. */
  readonly idempotencyKey: string | undefined

  constructor(message: string, options: { cause?: unknown; idempotencyKey?: string | undefined } = {}) {
    super(message, { cause: options.cause })
    this.idempotencyKey = options.idempotencyKey
  }
}

/** Thrown by `orThrow`; has the refusal from the result union. */
export class RefusedError<Refusal extends { message: string } = { message: string }> extends Error {
  override readonly name = 'RefusedError'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}
