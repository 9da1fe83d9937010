/** Reversals of transfers: the money comes back from the connected account to the platform. */
import type Stripe from 'stripe'
import { type Finding, INSUFFICIENT_FUNDS, type Outcome, type ReversalOrder } from '../port/provider.ts'
import { toStripe } from './amounts.ts'
import { type Failure, failureOf } from './failures.ts'
import { isOf, metadataOf } from './ourReferences.ts'
import { PAGE_SIZE, pick } from './stripeClient.ts'
import { lookUpTransfer, unsent } from './transfers.ts'

/** Orders a reversal. */
export async function placeReversal(stripe: Stripe, order: ReversalOrder): Promise<Outcome> {
  const transfer = await transferOf(stripe, order).catch((error: unknown) => unsent(failureOf(error)))
  if (transfer === null)
    return { kind: 'refused', code: 'no_such_transfer', message: 'The transfer does not exist.', isFinal: true }
  if (typeof transfer !== 'string') return transfer
  try {
    const { amount } = toStripe(order.amount)
    const reversal = await stripe.transfers.createReversal(
      transfer,
      { amount, metadata: metadataOf(order) },
      { idempotencyKey: order.idempotencyKey },
    )
    return { kind: 'accepted', providerReference: reversal.id, requestId: reversal.lastResponse.requestId }
  } catch (error) {
    return reversalFailure(failureOf(error))
  }
}

/** A reversal is taken from the account that was paid, so an insufficient balance is the tasker's, not the platform's. */
const reversalFailure = (failure: Failure): Failure =>
  failure.kind === 'refused' && failure.code === 'balance_insufficient'
    ? { ...failure, code: INSUFFICIENT_FUNDS, isFinal: true }
    : failure

/** Returns Stripe's id of the transfer; null if there is none. */
async function transferOf(stripe: Stripe, order: ReversalOrder): Promise<string | null> {
  if (order.providerTransferReference !== null) return order.providerTransferReference
  const { transferReference: reference, taskReference } = order
  const finding = await lookUpTransfer(stripe, { reference, taskReference })
  return finding.kind === 'has' ? finding.providerReference : null
}

/** Looks up a reversal among those of its transfer. Throws if Stripe cannot be reached. */
export async function lookUpReversal(stripe: Stripe, order: ReversalOrder): Promise<Finding> {
  const transfer = await transferOf(stripe, order)
  if (transfer === null) return { kind: 'never' }
  const [reversal] = await pick(stripe.transfers.listReversals(transfer, { limit: PAGE_SIZE }), isOf(order))
  return reversal ? { kind: 'has', providerReference: reversal.id } : { kind: 'never' }
}
