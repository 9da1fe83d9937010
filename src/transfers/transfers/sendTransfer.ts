/** Pays a tasker: takes the transfer, calls the provider outside of any transaction, and keeps what came of it. */
import { textOf, toPublicId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import type { Outcome, TransferOrder } from '../../payments/provider.ts'
import { changeTransfer, takeOutcome } from './changeTransfer.ts'
import { type LockedTransfer, lockTransfer, lockTransferWithoutWaiting } from './lockTransfer.ts'
import { sent, waiting } from './transferSteps.ts'
import { insertAttempt, lockPayee } from './transfers.sql.ts'

interface Attempt {
  number: number
  order: TransferOrder
}

/** Sends the transfer when it is due; gives whether there was anything to do. Any number may try at once: one of them sends it. */
export async function sendTransfer(
  { database, payments, log }: Work,
  { transferId }: { transferId: string },
): Promise<boolean> {
  const turn = await withTransaction(database, (tx) => takeTransfer(tx, { transferId }))
  if (!turn.attempt) return turn.isDone
  const { number, order } = turn.attempt
  const outcome = await payments.transfer(order)
  const isTaken = await withTransaction(database, (tx) => settleTransfer(tx, { transferId, attempt: number, outcome }))
  log.info({ transfer: order.reference, attempt: number, outcome: outcome.kind }, 'a transfer was sent')
  if (!isTaken) log.warn({ transfer: order.reference, attempt: number }, 'an answer came too late to be taken')
  return true
}

/** Takes a transfer that is due: PROCESSING, with a lease, or waiting when it cannot be paid. The attempt counts only when it is sent. */
export async function takeTransfer(
  tx: Tx,
  { transferId }: { transferId: string },
): Promise<{ isDone: boolean; attempt?: Attempt }> {
  const locked = await lockTransferWithoutWaiting(tx, { transferId })
  const dueAt = locked?.transfer.dueAt
  if (!locked || !dueAt || dueAt > locked.at) return { isDone: false }
  if (!(await isPayable(tx, locked))) {
    await changeTransfer(tx, locked, waiting(locked.transfer))
    return { isDone: true }
  }
  return { isDone: true, attempt: await beginAttempt(tx, locked) }
}

/**
 * Keeps the answer to an attempt, and gives whether it was taken. It is dropped when the transfer has gone on without it: a final
 * status is never overwritten. One that was given up as lost is still the provider's word.
 */
export async function settleTransfer(
  tx: Tx,
  { transferId, attempt, outcome }: { transferId: string; attempt: number; outcome: Outcome },
): Promise<boolean> {
  const locked = await lockTransfer(tx, { transferId })
  if (!locked) throw new Error('A transfer is gone.')
  const { transfer, attemptCount } = locked
  const isAwaited = transfer.status === 'PROCESSING' || transfer.status === 'IN_DOUBT'
  if (!isAwaited || attempt !== attemptCount) return false
  await takeOutcome(tx, locked, outcome)
  return true
}

async function isPayable(tx: Tx, { hold, transfer }: LockedTransfer): Promise<boolean> {
  if (hold.frozen) return false
  const payee = await lockPayee(tx, { userId: transfer.destinationId })
  return payee?.payoutReadiness === 'READY' && payee.suspendedAt === null
}

async function beginAttempt(tx: Tx, locked: LockedTransfer): Promise<Attempt> {
  const { transfer, attemptCount, realNow, at } = locked
  const number = attemptCount + 1
  await changeTransfer(tx, locked, sent(transfer, { realNow }))
  await insertAttempt(tx, { transferId: transfer.id, number, startedAt: at })
  return {
    number,
    order: {
      reference: textOf(toPublicId('trf', transfer.id)),
      idempotencyKey: transfer.providerKey,
      amount: { minorUnits: transfer.netMinor, currencyCode: transfer.currency },
      destinationId: textOf(toPublicId('usr', transfer.destinationId)),
    },
  }
}
