/** All postings, one function for each event: which accounts, which side, how much. */

import type { Hold, Refund, Reversal, Transfer } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { credit, debit, type Entry, type PostingKind, post } from './ledger.ts'

interface Fact<Row> {
  row: Row
  at: Date
}

type DebtFact = Fact<Reversal> & { destinationId: string }

/** The provider has received the poster's money, and it is held for the task. */
export const postHoldFunded = (tx: Tx, { row: hold, at }: Fact<Hold>): Promise<void> =>
  post(tx, {
    kind: 'hold.funded',
    taskId: hold.taskId,
    subject: { holdId: hold.id },
    currency: hold.currency,
    at,
    entries: [debit(CLEARING, hold.amountMinor), credit(heldFor(hold.taskId), hold.amountMinor)],
  })

/** The work is approved: the tasker is owed the net amount, the platform has its fee. */
export const postTransferCreated = (tx: Tx, { row: transfer, at }: Fact<Transfer>): Promise<void> =>
  postTransfer(tx, 'transfer.created', { row: transfer, at }, [
    debit(heldFor(transfer.taskId), transfer.grossMinor),
    credit(owedTo(transfer.destinationId), transfer.netMinor),
    credit(FEE, transfer.feeMinor),
  ])

/** The provider has paid the tasker. */
export const postTransferSucceeded = (tx: Tx, { row: transfer, at }: Fact<Transfer>): Promise<void> =>
  postTransfer(tx, 'transfer.succeeded', { row: transfer, at }, [
    debit(owedTo(transfer.destinationId), transfer.netMinor),
    credit(CLEARING, transfer.netMinor),
  ])

/** The transfer will never be paid: net and fee are held again. */
export const postTransferCanceled = (tx: Tx, { row: transfer, at }: Fact<Transfer>): Promise<void> =>
  postTransfer(
    tx,
    'transfer.canceled',
    { row: transfer, at },
    [
      debit(owedTo(transfer.destinationId), transfer.netMinor),
      debit(FEE, transfer.feeMinor),
      credit(heldFor(transfer.taskId), transfer.grossMinor),
    ],
    'transfer.created',
  )

/** The provider has taken money back from the tasker: it is held again, with the share of the fee that returns with it. */
export const postReversalSucceeded = (tx: Tx, { row: reversal, at }: Fact<Reversal>): Promise<void> =>
  postReversal(
    tx,
    'reversal.succeeded',
    { row: reversal, at },
    [
      debit(CLEARING, reversal.amountMinor),
      debit(FEE, reversal.feeMinor),
      credit(heldFor(reversal.taskId), reversal.amountMinor + reversal.feeMinor),
    ],
    'transfer.succeeded',
  )

/** The provider refused a reversal because the tasker's account lacks the money: the tasker owes it to the platform. */
export const postDebtLeft = (tx: Tx, { row: reversal, destinationId, at }: DebtFact): Promise<void> =>
  postReversal(tx, 'debt.left', { row: reversal, at }, [
    debit(owedBy(destinationId), reversal.debtMinor),
    credit(ADJUSTMENT, reversal.debtMinor),
  ])

/** A later reversal has taken back what the tasker owed. */
export const postDebtCollected = (tx: Tx, { row: reversal, destinationId, at }: DebtFact): Promise<void> =>
  postReversal(tx, 'debt.collected', { row: reversal, at }, [
    debit(ADJUSTMENT, reversal.collectsMinor),
    credit(owedBy(destinationId), reversal.collectsMinor),
  ])

/** The money is on its way back to the poster. */
export const postRefundRequested = (tx: Tx, { row: refund, at }: Fact<Refund>): Promise<void> =>
  postRefund(tx, 'refund.requested', { row: refund, at }, [
    debit(heldFor(refund.taskId), refund.amountMinor),
    credit(REFUNDING, refund.amountMinor),
  ])

/** The provider has refunded the poster. */
export const postRefundSucceeded = (tx: Tx, { row: refund, at }: Fact<Refund>): Promise<void> =>
  postRefund(tx, 'refund.succeeded', { row: refund, at }, [
    debit(REFUNDING, refund.amountMinor),
    credit(CLEARING, refund.amountMinor),
  ])

/** A refund that the provider had made did not reach the poster: it is as before the provider made it. */
export const postRefundCameBack = (tx: Tx, { row: refund, at }: Fact<Refund>): Promise<void> =>
  postRefund(
    tx,
    'refund.came_back',
    { row: refund, at },
    [debit(CLEARING, refund.amountMinor), credit(REFUNDING, refund.amountMinor)],
    'refund.succeeded',
  )

/** The refund will never reach the poster: the money is held again. */
export const postRefundFailed = (tx: Tx, { row: refund, at }: Fact<Refund>): Promise<void> =>
  postRefund(
    tx,
    'refund.failed',
    { row: refund, at },
    [debit(REFUNDING, refund.amountMinor), credit(heldFor(refund.taskId), refund.amountMinor)],
    'refund.requested',
  )

const CLEARING: Entry['account'] = { kind: 'PROVIDER_CLEARING' }
const FEE: Entry['account'] = { kind: 'PLATFORM_FEE' }
const REFUNDING: Entry['account'] = { kind: 'REFUND_CLEARING' }
const ADJUSTMENT: Entry['account'] = { kind: 'ADJUSTMENT' }
const heldFor = (taskId: string): Entry['account'] => ({ kind: 'TASK_HOLD', taskId })
const owedTo = (userId: string): Entry['account'] => ({ kind: 'USER_PAYABLE', userId })

const owedBy = (userId: string): Entry['account'] => ({ kind: 'USER_DEBT', userId })

const postTransfer = (
  tx: Tx,
  kind: PostingKind,
  { row, at }: Fact<Transfer>,
  entries: Entry[],
  reversed?: PostingKind,
): Promise<void> => {
  const subject = { transferId: row.id }
  const reverses = reversed && { reverses: { kind: reversed, ...subject } }
  return post(tx, { kind, taskId: row.taskId, subject, ...reverses, currency: row.currency, at, entries })
}

const postRefund = (
  tx: Tx,
  kind: PostingKind,
  { row, at }: Fact<Refund>,
  entries: Entry[],
  reversed?: PostingKind,
): Promise<void> => {
  const subject = { refundId: row.id }
  const reverses = reversed && { reverses: { kind: reversed, ...subject } }
  return post(tx, { kind, taskId: row.taskId, subject, ...reverses, currency: row.currency, at, entries })
}

const postReversal = (
  tx: Tx,
  kind: PostingKind,
  { row, at }: Fact<Reversal>,
  entries: Entry[],
  reversed?: PostingKind,
): Promise<void> => {
  const { transferId } = row
  const reverses = reversed && { reverses: { kind: reversed, transferId } }
  const subject = { transferId, reversalId: row.id }
  return post(tx, { kind, taskId: row.taskId, subject, ...reverses, currency: row.currency, at, entries })
}
