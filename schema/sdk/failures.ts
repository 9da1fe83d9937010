/** What a client throws. Refusals of a rule are not here: they are data, and stand in the result's union. */

/** One entry of `errors[]`: the request was refused as a whole, or the server failed. */
export interface RequestProblem {
  message: string
  path?: (string | number)[]
  extensions?: { code?: string; requestId?: string; retryable?: boolean; retryAfter?: string }
}

/** The answer had `errors[]`, or was none of GraphQL. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly problems: readonly RequestProblem[]
  readonly status: number
  /** The key that a mutation was sent with: sent again with it, the mutation is done once. */
  readonly idempotencyKey: string | undefined

  constructor(status: number, problems: readonly RequestProblem[], idempotencyKey?: string) {
    super(problems.map(({ message }) => message).join(' ') || `The server answered ${status}.`)
    this.status = status
    this.problems = problems
    this.idempotencyKey = idempotencyKey
  }
}

/** No answer came. What was asked for may have been done: only a query, or a mutation with its key, can be sent again. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
  /** The key that a mutation was sent with: sent again with it, the mutation is done once. */
  readonly idempotencyKey: string | undefined

  constructor(message: string, options: { cause?: unknown; idempotencyKey?: string | undefined } = {}) {
    super(message, { cause: options.cause })
    this.idempotencyKey = options.idempotencyKey
  }
}

/** What `orThrow` throws: a refusal as it stood in the union. */
export class RefusedError<Refusal extends { message: string } = { message: string }> extends Error {
  override readonly name = 'RefusedError'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}
