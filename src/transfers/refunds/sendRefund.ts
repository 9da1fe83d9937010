/** Gives money back: takes the refund, calls the provider outside of any transaction, and keeps what came of it. */
import { textOf, toPublicId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import type { Outcome, RefundOrder } from '../../payments/provider.ts'
import { takeOutcome } from './changeRefund.ts'
import { type LockedRefund, lockRefund, lockRefundWithoutWaiting } from './lockRefund.ts'
import { sent, waiting } from './refundSteps.ts'
import { saveRefund } from './refunds.sql.ts'

interface Attempt {
  number: number
  order: RefundOrder
}

/** Sends the refund when it is due; gives whether there was anything to do. Any number may try at once: one of them sends it. */
export async function sendRefund(
  { database, payments, log }: Work,
  { refundId }: { refundId: string },
): Promise<boolean> {
  const turn = await withTransaction(database, (tx) => takeRefund(tx, { refundId }))
  if (!turn.attempt) return turn.isDone
  const { number, order } = turn.attempt
  const outcome = await payments.refund(order)
  const isTaken = await withTransaction(database, (tx) => settleRefund(tx, { refundId, attempt: number, outcome }))
  log.info({ refund: order.reference, attempt: number, outcome: outcome.kind }, 'a refund was sent')
  if (!isTaken) log.warn({ refund: order.reference, attempt: number }, 'an answer came too late to be taken')
  return true
}

/** Takes a refund that is due: PROCESSING, with a lease, or waiting while its hold is frozen. */
export async function takeRefund(
  tx: Tx,
  { refundId }: { refundId: string },
): Promise<{ isDone: boolean; attempt?: Attempt }> {
  const locked = await lockRefundWithoutWaiting(tx, { refundId })
  const dueAt = locked?.refund.dueAt
  if (!locked || !dueAt || dueAt > locked.at) return { isDone: false }
  if (locked.hold.frozen) {
    await saveRefund(tx, waiting(locked.refund))
    return { isDone: true }
  }
  return { isDone: true, attempt: await beginAttempt(tx, locked) }
}

/** Keeps the answer to an attempt, and gives whether it was taken: it is dropped when the refund has gone on without it. */
export async function settleRefund(
  tx: Tx,
  { refundId, attempt, outcome }: { refundId: string; attempt: number; outcome: Outcome },
): Promise<boolean> {
  const locked = await lockRefund(tx, { refundId })
  if (!locked) throw new Error('A refund is gone.')
  const { status, attemptCount } = locked.refund
  const isAwaited = status === 'PROCESSING' || status === 'IN_DOUBT'
  if (!isAwaited || attempt !== attemptCount) return false
  await takeOutcome(tx, locked, outcome)
  return true
}

async function beginAttempt(tx: Tx, { hold, refund, realNow }: LockedRefund): Promise<Attempt> {
  if (hold.providerReference === null) throw new Error('Money is to go back that the provider does not know.')
  const processing = sent(refund, { realNow })
  await saveRefund(tx, processing)
  return {
    number: processing.attemptCount,
    order: {
      reference: textOf(toPublicId('rfd', refund.id)),
      idempotencyKey: refund.providerKey,
      amount: { minorUnits: refund.amountMinor, currencyCode: refund.currency },
      chargeReference: hold.providerReference,
    },
  }
}
