/** Transfers from the platform to connected accounts, each from the charge of its task, in the task's transfer group. */
import type Stripe from 'stripe'
import { ACCOUNT_NOT_READY, type Finding, type Outcome, type TransferOrder } from '../port/provider.ts'
import { toStripe } from './amounts.ts'
import { type Failure, failureOf } from './failures.ts'
import { isOf, metadataOf } from './ourReferences.ts'
import { PAGE_SIZE, pick } from './stripeClient.ts'

const UNSENT_PAUSE_MS = 30_000

/**
 * Orders a transfer. `source_transaction` lets it go out before the charge has become available, and ties it to the money of its
 * task: Stripe refuses to transfer more than the charge.
 */
export async function placeTransfer(stripe: Stripe, order: TransferOrder): Promise<Outcome> {
  const source = await sourceOf(stripe, order)
  if (typeof source !== 'string') return source
  try {
    const transfer = await stripe.transfers.create(
      {
        ...toStripe(order.amount),
        destination: order.accountReference,
        source_transaction: source,
        transfer_group: order.taskReference,
        metadata: metadataOf(order),
      },
      { idempotencyKey: order.idempotencyKey },
    )
    return { kind: 'accepted', providerReference: transfer.id, requestId: transfer.lastResponse.requestId }
  } catch (error) {
    return transferFailure(failureOf(error))
  }
}

const transferFailure = (failure: Failure): Failure =>
  failure.kind === 'refused' && failure.code === 'insufficient_capabilities_for_transfer'
    ? { ...failure, code: ACCOUNT_NOT_READY }
    : failure

/** Returns the charge of the payment. Nothing was ordered yet, so a failure here is never ambiguous. */
async function sourceOf(stripe: Stripe, { chargeReference }: TransferOrder): Promise<string | Failure> {
  try {
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(chargeReference)
    if (typeof charge === 'string') return charge
    return { kind: 'refused', code: 'no_such_charge', message: 'The payment has no charge.', isFinal: true }
  } catch (error) {
    return unsent(failureOf(error))
  }
}

/** The failure of a request before the order. */
export const unsent = (failure: Failure): Failure =>
  failure.kind === 'unknown'
    ? { ...failure, kind: 'not_sent', retryAfterMs: UNSENT_PAUSE_MS, isUnreachable: true }
    : failure

/** Looks up a transfer in the transfer group of its task. Throws if Stripe cannot be reached. */
export async function lookUpTransfer(
  stripe: Stripe,
  order: Pick<TransferOrder, 'reference' | 'taskReference'>,
): Promise<Finding> {
  const group = stripe.transfers.list({ transfer_group: order.taskReference, limit: PAGE_SIZE })
  const [transfer] = await pick(group, isOf(order))
  return transfer ? { kind: 'has', providerReference: transfer.id } : { kind: 'never' }
}
