/** The client of Stripe's API, as every part of the adapter uses it. */
import Stripe from 'stripe'

/** The version of the API that the adapter was written and tested for. A package with another one does not compile. */
export const STRIPE_API_VERSION = '2026-10-28.endive' satisfies typeof Stripe.API_VERSION

// Below the 10 s after which the port reports an unknown outcome, so that the connection is closed by then.
const TIMEOUT_MS = 9_000

/** Another server than Stripe's, for tests only: it is not read from the environment. */
export interface Endpoint {
  host: string
  port: number
  protocol: 'http'
}

/** Access to Stripe, shared by all parts of the adapter. */
export interface StripeConnection {
  stripe: Stripe
  secretKey: string
  endpoint: Endpoint | undefined
}

/**
 * Connects lazily: no request is sent before the first call. The rules repeat failed orders themselves, with their stored keys, so the
 * client does not. (A connection that ended before any answer it opens once more, under the same key.)
 */
export function connectToStripe(secretKey: string, endpoint: Endpoint | undefined): StripeConnection {
  const stripe = new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    maxNetworkRetries: 0,
    timeout: TIMEOUT_MS,
    telemetry: false,
    ...endpoint,
  })
  return { stripe, secretKey, endpoint }
}

/** The most objects that one look-up reads from a list, so that every look-up ends. */
export const LOOKED_AT_MAX = 2_000

/** The page size of lists: Stripe's greatest. */
export const PAGE_SIZE = 100

/** The list has more objects than a look-up reads. */
export class TooManyToLookAt extends Error {
  constructor() {
    super(`The look-up ended after ${LOOKED_AT_MAX} objects of the provider's list.`)
  }
}

/** Returns the objects of a list that fit, from at most `LOOKED_AT_MAX` objects. */
export async function pick<Item>(list: AsyncIterable<Item>, fits: (item: Item) => boolean): Promise<Item[]> {
  const found: Item[] = []
  let count = 0
  for await (const item of list) {
    if (fits(item)) found.push(item)
    if (++count >= LOOKED_AT_MAX) throw new TooManyToLookAt()
  }
  return found
}
