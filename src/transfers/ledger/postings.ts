/** All postings, one function for each event: which accounts, which side, how much. */

import type { Chargeback, DebtNetting, Hold, Refund, Reversal, Transfer } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Money } from '../../domain/money.ts'
import { credit, debit, type Entry, type PostingKind, post } from './ledger.ts'

interface Fact<Row> {
  row: Row
  at: Date
}

type DebtFact = Fact<Reversal> & { destinationId: string }
type Netting = Pick<DebtNetting, 'id' | 'debtTransferId' | 'taskId' | 'amountMinor'>
/** A netting, and the transfer that sends less. */
interface NettingFact {
  row: Netting
  transfer: Pick<Transfer, 'id' | 'taskId' | 'destinationId' | 'currency'>
  at: Date
}
type ChargebackDebt = Fact<Chargeback> & { debtorId: string }

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
    debit(owedTo(transfer.destinationId), transfer.netMinor - transfer.nettedMinor),
    credit(CLEARING, transfer.netMinor - transfer.nettedMinor),
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

/** A debt is taken out of a transfer: the tasker is owed less, and owes less. Each task has its own posting. */
export async function postDebtNetted(tx: Tx, { row, transfer, at }: NettingFact): Promise<void> {
  const { destinationId } = transfer
  await postNetting(tx, 'debt.netted', { row, transfer, at }, [
    debit(owedTo(destinationId), row.amountMinor),
    credit(ADJUSTMENT, row.amountMinor),
  ])
  await postNetting(tx, 'debt.collected', { row, transfer: debtorOf(row, transfer), at }, [
    debit(ADJUSTMENT, row.amountMinor),
    credit(owedBy(destinationId), row.amountMinor),
  ])
}

/** The transfer is canceled: the tasker is owed all of it again, and owes the debt again. */
export async function postNettingUndone(tx: Tx, { row, transfer, at }: NettingFact): Promise<void> {
  const { destinationId } = transfer
  await postNetting(tx, 'netting.undone', { row, transfer, at }, [
    debit(ADJUSTMENT, row.amountMinor),
    credit(owedTo(destinationId), row.amountMinor),
  ])
  await postNetting(tx, 'debt.restored', { row, transfer: debtorOf(row, transfer), at }, [
    debit(owedBy(destinationId), row.amountMinor),
    credit(ADJUSTMENT, row.amountMinor),
  ])
}

/** A reversal has brought back money that a lost chargeback took: it repays the loss, and the debt of the tasker first. */
export const postLossRecovered = (tx: Tx, { row: reversal, destinationId, at }: DebtFact): Promise<void> =>
  postReversal(tx, 'loss.recovered', { row: reversal, at }, [
    debit(heldFor(reversal.taskId), reversal.recoversMinor),
    credit(owedBy(destinationId), reversal.recoversDebtMinor),
    credit(ADJUSTMENT, reversal.recoversMinor - reversal.recoversDebtMinor),
  ])

/** The payer's bank has taken the payment back: first out of the held money, the rest is a loss of the platform. */
export const postChargebackLost = (tx: Tx, { row: chargeback, at }: Fact<Chargeback>): Promise<void> =>
  postChargeback(tx, 'chargeback.lost', { row: chargeback, at }, [
    debit(heldFor(chargeback.taskId), chargeback.fromHoldMinor),
    debit(ADJUSTMENT, chargeback.amountMinor - chargeback.fromHoldMinor),
    credit(CLEARING, chargeback.amountMinor),
  ])

/** The provider keeps its fee for a lost chargeback, which the platform bears. It may have another currency. */
export const postChargebackFee = (
  tx: Tx,
  { row: chargeback, fee, at }: Fact<Chargeback> & { fee: Money },
): Promise<void> =>
  postChargeback(tx, 'chargeback.fee', { row: { ...chargeback, currency: fee.currencyCode }, at }, [
    debit(ADJUSTMENT, fee.minorUnits),
    credit(CLEARING, fee.minorUnits),
  ])

/** The tasker was paid out of a payment that a lost chargeback took: they owe this to the platform. */
export const postChargebackDebt = (tx: Tx, { row: chargeback, debtorId, at }: ChargebackDebt): Promise<void> =>
  postChargeback(tx, 'debt.left', { row: chargeback, at }, [
    debit(owedBy(debtorId), chargeback.debtMinor),
    credit(ADJUSTMENT, chargeback.debtMinor),
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

const postChargeback = (tx: Tx, kind: PostingKind, { row, at }: Fact<Chargeback>, entries: Entry[]): Promise<void> => {
  const subject = { holdId: row.holdId, chargebackId: row.id }
  return post(tx, { kind, taskId: row.taskId, subject, currency: row.currency, at, entries })
}

/** The transfer that left the debt, which is of the same person in the same currency. */
const debtorOf = (
  { debtTransferId: id, taskId }: Netting,
  transfer: NettingFact['transfer'],
): NettingFact['transfer'] => ({
  ...transfer,
  id,
  taskId,
})

const postNetting = (
  tx: Tx,
  kind: PostingKind,
  { row, transfer, at }: NettingFact,
  entries: Entry[],
): Promise<void> => {
  const subject = { transferId: transfer.id, nettingId: row.id }
  return post(tx, { kind, taskId: transfer.taskId, subject, currency: transfer.currency, at, entries })
}
