/** The errors of Stripe's API (https://docs.stripe.com/api/errors), as the local server returns them. */

export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error' | 'rate_limit'
  message: string
  code?: string
  decline_code?: string
  advice_code?: string
  param?: string
  payment_intent?: object
}

/** An answer that is no success. */
export class StripeRefusal extends Error {
  readonly status: number
  readonly body: ErrorBody
  /** True if the request had begun to execute: the answer is then stored under its idempotency key. */
  readonly isStored: boolean
  readonly headers: Record<string, string>

  constructor(status: number, body: ErrorBody, { isStored = true, headers = {} } = {}) {
    super(body.message)
    this.status = status
    this.body = body
    this.isStored = isStored
    this.headers = headers
  }
}

/** A definitive refusal of an order that had begun to execute. */
export const refused = (code: string, message: string): StripeRefusal =>
  new StripeRefusal(400, { type: 'invalid_request_error', code, message })

/** A parameter that does not pass validation: nothing was executed, and nothing is stored. */
export const invalidParameter = (param: string, message: string, code = 'parameter_invalid_empty'): StripeRefusal =>
  new StripeRefusal(400, { type: 'invalid_request_error', code, param, message }, { isStored: false })

export const noSuch = (object: string, id: string, param = 'id'): StripeRefusal =>
  new StripeRefusal(
    param === 'id' ? 404 : 400,
    { type: 'invalid_request_error', code: 'resource_missing', param, message: `No such ${object}: '${id}'` },
    { isStored: false },
  )

export const declined = (code: string, declineCode: string | undefined, paymentIntent: object): StripeRefusal =>
  new StripeRefusal(402, {
    type: 'card_error',
    code,
    ...(declineCode && { decline_code: declineCode }),
    message: 'Your card was declined.',
    payment_intent: paymentIntent,
  })

export const rateLimited = (): StripeRefusal =>
  new StripeRefusal(
    429,
    { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' },
    { isStored: false, headers: { 'retry-after': '2', 'stripe-should-retry': 'true' } },
  )

export const locked = (): StripeRefusal =>
  new StripeRefusal(
    429,
    { type: 'invalid_request_error', code: 'lock_timeout', message: 'This object cannot be accessed right now.' },
    { isStored: false, headers: { 'stripe-should-retry': 'true' } },
  )

export const unauthenticated = (): StripeRefusal =>
  new StripeRefusal(
    401,
    { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_test_****' },
    { isStored: false },
  )

export const keyInUse = (): StripeRefusal =>
  new StripeRefusal(
    409,
    { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'This key is in use by another request.' },
    { isStored: false },
  )

export const keyReused = (): StripeRefusal =>
  new StripeRefusal(
    400,
    {
      type: 'idempotency_error',
      message: 'Keys for idempotent requests can only be used with the same parameters they were first used with.',
    },
    { isStored: false },
  )

export const serverFailed = (): StripeRefusal =>
  new StripeRefusal(500, { type: 'api_error', message: 'An unknown error occurred.' }, { isStored: false })
