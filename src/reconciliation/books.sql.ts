/**
 * Statements that compare the provider's book with ours, a page at a time. Our book are the entries of PROVIDER_CLEARING, and the holds,
 * transfers, reversals, refunds and chargebacks that they are about. A new kind of object needs its columns in each statement here.
 */
import type { Tx } from '../db/transaction.ts'

/** An object of ours, and the sums that the ledger has for it at the provider. */
export interface OurMovement {
  subjectType: 'hld' | 'trf' | 'rvs' | 'rfd' | 'cbk'
  id: string
  /** The provider's fee for a chargeback: a movement beside that of its amount. Zero as long as the fee is not known. */
  isFee: boolean
  taskId: string
  status: string
  amountMinor: bigint
  currency: string
  providerReference: string | null
  /** Posted into the platform's balance, and out of it; null if nothing is. */
  postedInMinor: bigint | null
  postedOutMinor: bigint | null
}

/** The ids of our chargebacks by their references at the provider: its lines name no reference of ours before we send evidence. */
export const readChargebackIds = (
  tx: Tx,
  { providerReferences }: { providerReferences: readonly string[] },
) => tx.rows<{
  id: string
  providerReference: string
}>`
  /* readChargebackIds */
  select id, provider_reference
  from chargebacks
  where provider_reference = any(${providerReferences}::text[])`

/** The objects with these ids, and for a chargeback a second row: that of its fee. */
export const readOurMovements = (tx: Tx, { ids }: { ids: readonly string[] }) => tx.rows<OurMovement>`
  /* readOurMovements */
  with posted as (
    select
      coalesce(posting.chargeback_id, posting.reversal_id, posting.transfer_id, posting.hold_id, posting.refund_id) as id,
      posting.kind = 'chargeback.fee' as is_fee,
      sum(entry.amount_minor) filter (where entry.direction = 'DEBIT') as in_minor,
      sum(entry.amount_minor) filter (where entry.direction = 'CREDIT') as out_minor
    from ledger_transactions posting
    join ledger_entries entry on entry.transaction_id = posting.id
    join ledger_accounts account on account.id = entry.account_id
    where account.kind = 'PROVIDER_CLEARING'
      and (
        posting.hold_id = any(${ids}::uuid[])
        or posting.transfer_id = any(${ids}::uuid[])
        or posting.reversal_id = any(${ids}::uuid[])
        or posting.refund_id = any(${ids}::uuid[])
        or posting.chargeback_id = any(${ids}::uuid[])
      )
    group by 1, 2
  )
  select
    movement.subject_type, movement.id, movement.is_fee, movement.task_id, movement.status, movement.amount_minor,
    movement.currency, movement.provider_reference, posted.in_minor::bigint as posted_in_minor, posted.out_minor::bigint as posted_out_minor
  from (
    select 'hld' as subject_type, id, false as is_fee, task_id, status::text, amount_minor, currency, provider_reference
    from holds
    where id = any(${ids}::uuid[])
    union all
    select 'trf', id, false, task_id, status::text, net_minor, currency, provider_reference
    from transfers
    where id = any(${ids}::uuid[])
    union all
    select 'rvs', id, false, task_id, status::text, amount_minor, currency, provider_reference
    from reversals
    where id = any(${ids}::uuid[])
    union all
    select 'rfd', id, false, task_id, status::text, amount_minor, currency, provider_reference
    from refunds
    where id = any(${ids}::uuid[])
    union all
    select 'cbk', id, false, task_id, status::text, amount_minor, currency, provider_reference
    from chargebacks
    where id = any(${ids}::uuid[])
    union all
    select
      'cbk', id, true, task_id, status::text, coalesce(provider_fee_minor, 0), coalesce(provider_fee_currency, currency),
      provider_reference
    from chargebacks
    where id = any(${ids}::uuid[])
  ) movement
  left join posted on posted.id = movement.id and posted.is_fee = movement.is_fee`

/** Lines that name an object of ours. */
interface Lines {
  reconciliationId: string
  subjectIds: readonly string[]
  inward: readonly boolean[]
  areFees: readonly boolean[]
  lineIds: readonly string[]
}

/** The lines whose object has another line in the same direction on an earlier page. */
export const findRepeatedLines = (tx: Tx, lines: Lines) => tx.rows<{ lineId: string }>`
  /* findRepeatedLines */
  select line.line_id
  from unnest(
    ${lines.subjectIds}::uuid[],
    ${lines.inward}::boolean[],
    ${lines.areFees}::boolean[],
    ${lines.lineIds}::text[]
  ) line (subject_id, inward, is_fee, line_id)
  where exists (
    select
    from reconciliation_lines earlier
    where earlier.reconciliation_id = ${lines.reconciliationId}
      and earlier.subject_id = line.subject_id
      and earlier.inward = line.inward
      and earlier.is_fee = line.is_fee
      and earlier.line_id <> line.line_id
  )`

/** Keeps lines until the end of the run. A line that the provider sends again is the same line. */
export const insertLines = (tx: Tx, lines: Lines) => tx.run`
  /* insertLines */
  insert into reconciliation_lines (reconciliation_id, subject_id, inward, is_fee, line_id)
  select ${lines.reconciliationId}::uuid, line.subject_id, line.inward, line.is_fee, line.line_id
  from unnest(
    ${lines.subjectIds}::uuid[],
    ${lines.inward}::boolean[],
    ${lines.areFees}::boolean[],
    ${lines.lineIds}::text[]
  ) line (subject_id, inward, is_fee, line_id)
  on conflict do nothing`

/** Deletes up to `limit` lines of this run, and of runs that have ended. Returns their number. */
export const deleteLines = (tx: Tx, { reconciliationId, limit }: { reconciliationId: string; limit: number }) => tx.run`
  /* deleteLines */
  delete from reconciliation_lines
  where ctid = any(array(
    select line.ctid
    from reconciliation_lines line
    join reconciliations run on run.id = line.reconciliation_id
    where line.reconciliation_id = ${reconciliationId}
      or run.status <> 'RUNNING'
    limit ${limit}
  ))`

/** The time of the posting that completes a page after this time; undefined if fewer are left before `to`. */
export const readEndOfPage = (tx: Tx, { after, to, size }: { after: Date; to: Date; size: number }) =>
  tx.row<{ postedAt: Date }>`
  /* readEndOfPage */
  select posted_at
  from ledger_transactions
  where posted_at > ${after}
    and posted_at < ${to}
  order by posted_at
  limit 1
  offset ${size - 1}`

/** A posting at the provider that no line of its book matches, or a won chargeback, which has no posting. */
export interface UnmatchedPosting extends Omit<OurMovement, 'postedInMinor' | 'postedOutMinor'> {
  postingId: string | null
  postedAt: Date
  inward: boolean
  /** When our object was made: its money cannot have moved before. */
  orderedAt: Date
}

export const findUnmatchedPostings = (
  tx: Tx,
  { reconciliationId, after, through }: { reconciliationId: string; after: Date; through: Date },
) => tx.rows<UnmatchedPosting>`
  /* findUnmatchedPostings */
  select
    posting.id as posting_id,
    posting.posted_at,
    posting.task_id,
    posting.kind = 'chargeback.fee' as is_fee,
    case
      when posting.chargeback_id is not null then 'cbk'
      when posting.reversal_id is not null then 'rvs'
      when posting.transfer_id is not null then 'trf'
      when posting.hold_id is not null then 'hld'
      else 'rfd'
    end as subject_type,
    coalesce(posting.chargeback_id, posting.reversal_id, posting.transfer_id, posting.hold_id, posting.refund_id) as id,
    entry.amount_minor,
    entry.direction = 'DEBIT' as inward,
    account.currency,
    coalesce(
      chargeback.status::text, reversal.status::text, transfer.status::text, hold.status::text, refund.status::text
    ) as status,
    coalesce(
      chargeback.opened_at, reversal.created_at, transfer.created_at, hold.created_at, refund.created_at
    ) as ordered_at,
    coalesce(
      chargeback.provider_reference,
      reversal.provider_reference,
      case when posting.reversal_id is null then transfer.provider_reference end,
      hold.provider_reference,
      refund.provider_reference
    ) as provider_reference
  from ledger_transactions posting
  join ledger_entries entry on entry.transaction_id = posting.id
  join ledger_accounts account on account.id = entry.account_id and account.kind = 'PROVIDER_CLEARING'
  left join chargebacks chargeback on chargeback.id = posting.chargeback_id
  left join reversals reversal on reversal.id = posting.reversal_id
  left join transfers transfer on transfer.id = posting.transfer_id
  left join holds hold on hold.id = posting.hold_id
  left join refunds refund on refund.id = posting.refund_id
  where posting.posted_at > ${after}
    and posting.posted_at <= ${through}
    and not exists (
      select
      from reconciliation_lines line
      where line.reconciliation_id = ${reconciliationId}
        and line.subject_id = coalesce(posting.chargeback_id, posting.reversal_id, posting.transfer_id, posting.hold_id, posting.refund_id)
        and line.inward = (entry.direction = 'DEBIT')
        and line.is_fee = (posting.kind = 'chargeback.fee')
    )`

/** The chargebacks that were won in a part of the span, without a line of the money that comes back. */
export const findUnreturnedChargebacks = (
  tx: Tx,
  { reconciliationId, after, through }: { reconciliationId: string; after: Date; through: Date },
) => tx.rows<UnmatchedPosting>`
  /* findUnreturnedChargebacks */
  select
    null as posting_id, closed_at as posted_at, task_id, 'cbk' as subject_type, id, false as is_fee, amount_minor, true as inward,
    currency, status::text, opened_at as ordered_at, provider_reference
  from chargebacks
  where status = 'WON'
    and closed_at > ${after}
    and closed_at <= ${through}
    and not exists (
      select
      from reconciliation_lines line
      where line.reconciliation_id = ${reconciliationId}
        and line.subject_id = chargebacks.id
        and line.inward
        and not line.is_fee
    )`
