/** All postings, one function for each event: which accounts, which side, how much. */

import type { Hold, Refund, Transfer } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { credit, debit, type Entry, type PostingKind, post } from './ledger.ts'

interface Fact<Row> {
  row: Row
  at: Date
}

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

/** The provider refused the refund for good: the money is held again. */
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
const heldFor = (taskId: string): Entry['account'] => ({ kind: 'TASK_HOLD', taskId })
const owedTo = (userId: string): Entry['account'] => ({ kind: 'USER_PAYABLE', userId })

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
