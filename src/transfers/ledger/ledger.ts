/** The only way to write to the ledger: one statement inserts a whole posting. The database checks balances and the money trail. */

import type { EntryDirection, LedgerAccountKind } from '../../db/generated/enums.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { insertPosting } from './ledger.sql.ts'

/** The event of a posting. The database refuses a second posting of one kind for the same hold, chargeback, transfer, reversal or refund. */
export type PostingKind =
  | 'hold.funded'
  | 'transfer.created'
  | 'transfer.succeeded'
  | 'transfer.canceled'
  | 'reversal.succeeded'
  | 'debt.left'
  | 'debt.collected'
  | 'debt.netted'
  | 'debt.restored'
  | 'netting.undone'
  | 'loss.recovered'
  | 'chargeback.lost'
  | 'chargeback.fee'
  | 'refund.requested'
  | 'refund.succeeded'
  | 'refund.came_back'
  | 'refund.failed'

export interface Entry {
  account: { kind: LedgerAccountKind; taskId?: string; userId?: string }
  direction: EntryDirection
  amountMinor: bigint
}

export interface Posting {
  kind: PostingKind
  taskId: string
  /** The row that the posting is about: exactly one, but that a reversal comes with its transfer, and a chargeback with its hold. */
  subject:
    | { holdId: string; chargebackId?: string }
    | { transferId: string; reversalId?: string; nettingId?: string }
    | { refundId: string }
  /** The earlier posting that this one reverses, wholly or in part. */
  reverses?: { kind: PostingKind; transferId?: string; refundId?: string }
  currency: string
  description?: string
  at: Date
  /** At most one entry for each kind of account. Entries of zero are left out. */
  entries: readonly Entry[]
}

/** Returns a debit entry. */
export const debit = (account: Entry['account'], amountMinor: bigint): Entry => ({
  account,
  direction: 'DEBIT',
  amountMinor,
})

/** Returns a credit entry. */
export const credit = (account: Entry['account'], amountMinor: bigint): Entry => ({
  account,
  direction: 'CREDIT',
  amountMinor,
})

/** Writes a posting, and creates accounts on first use. The commit refuses a posting whose entries do not sum to zero. */
export async function post(tx: Tx, posting: Posting): Promise<void> {
  const entries = posting.entries.filter(({ amountMinor }) => amountMinor !== 0n)
  await insertPosting(tx, {
    id: newId(),
    kind: posting.kind,
    taskId: posting.taskId,
    holdId: 'holdId' in posting.subject ? posting.subject.holdId : null,
    transferId: 'transferId' in posting.subject ? posting.subject.transferId : null,
    refundId: 'refundId' in posting.subject ? posting.subject.refundId : null,
    nettingId: ('nettingId' in posting.subject && posting.subject.nettingId) || null,
    chargebackId: ('chargebackId' in posting.subject && posting.subject.chargebackId) || null,
    reversalId: ('reversalId' in posting.subject && posting.subject.reversalId) || null,
    reversedKind: posting.reverses?.kind ?? null,
    reversedTransferId: posting.reverses?.transferId ?? null,
    reversedRefundId: posting.reverses?.refundId ?? null,
    description: posting.description ?? null,
    postedAt: posting.at,
    currency: posting.currency,
    entryIds: entries.map(newId),
    newAccountIds: entries.map(newId),
    accountKinds: entries.map(({ account }) => account.kind),
    accountTaskIds: entries.map(({ account }) => account.taskId ?? null),
    accountUserIds: entries.map(({ account }) => account.userId ?? null),
    directions: entries.map(({ direction }) => direction),
    amounts: entries.map(({ amountMinor }) => amountMinor),
  })
}
