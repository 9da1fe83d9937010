/**
 * Stripe behind the port: separate charges and transfers on the platform's account, taskers as connected accounts. The rules know none
 * of it. Each place names the documented behavior of Stripe that it relies on.
 */
import type { Logger } from 'pino'
import type { Finding, LookUp, PaymentProvider } from '../port/provider.ts'
import { stripeAccounts } from './accounts.ts'
import { stripeChargebacks } from './chargebacks.ts'
import { cancelCharge, lookUpCharge, placeCharge } from './charges.ts'
import { messageOf } from './failures.ts'
import { stripePaymentMethods } from './payers.ts'
import { lookUpRefund, placeRefund } from './refunds.ts'
import { lookUpReversal, placeReversal } from './reversals.ts'
import { stripeBook } from './stripeBook.ts'
import { connectToStripe, type Endpoint, type StripeConnection } from './stripeClient.ts'
import { STRIPE_TRAITS } from './traits.ts'
import { lookUpTransfer, placeTransfer } from './transfers.ts'
import { readStripeWebhook } from './webhooks.ts'

export interface StripeOptions {
  secretKey: string
  /** The signing secrets of the destinations that send to this server. */
  webhookSecrets: readonly string[]
  log: Logger
  /** A server of the tests instead of Stripe's. */
  endpoint?: Endpoint
}

/** An answer of Stripe, as its client reports it. */
interface ResponseSeen {
  method: string
  path: string
  status: number
  request_id?: string
}

/** Creates the provider. No request is sent before the first order. */
export function createStripeProvider({ secretKey, webhookSecrets, log, endpoint }: StripeOptions): PaymentProvider {
  const connection = connectToStripe(secretKey, endpoint)
  const { stripe } = connection
  stripe.on('response', (response: ResponseSeen) => logResponse(log, response))
  return {
    traits: STRIPE_TRAITS,
    charge: (order) => placeCharge(stripe, order),
    transfer: (order) => placeTransfer(stripe, order),
    reverse: (order) => placeReversal(stripe, order),
    refund: (order) => placeRefund(stripe, order),
    lookUp: (order) =>
      lookUp(connection, order).catch((error: unknown) => ({ kind: 'unreachable', message: messageOf(error) })),
    cancelCharge: (order) =>
      cancelCharge(stripe, order).catch((error: unknown) => ({ kind: 'unreachable', message: messageOf(error) })),
    accounts: stripeAccounts(stripe),
    paymentMethods: stripePaymentMethods(stripe),
    chargebacks: stripeChargebacks(connection),
    book: (span) => stripeBook(stripe, span),
    readWebhook: (webhook) => readStripeWebhook(stripe, webhookSecrets, webhook),
  }
}

function lookUp({ stripe }: StripeConnection, order: LookUp): Promise<Finding> {
  if (order.kind === 'charge') return lookUpCharge(stripe, order)
  if (order.kind === 'transfer') return lookUpTransfer(stripe, order)
  return order.kind === 'reversal' ? lookUpReversal(stripe, order) : lookUpRefund(stripe, order)
}

/** An operator must know that orders wait because of the key. */
function logResponse(log: Logger, { method, path, status, request_id: requestId }: ResponseSeen): void {
  const line = { method, path: path.split('?')[0], status, requestId }
  if (status === 401 || status === 403) log.error(line, 'Stripe refused STRIPE_SECRET_KEY, so payments wait')
  else log.debug(line, 'answer of Stripe')
}
