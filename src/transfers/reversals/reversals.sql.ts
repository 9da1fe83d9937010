import { columnsOf } from '../../db/columns.ts'
import type { Reversal } from '../../db/generated/client.ts'
import type { Statements, Writer } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'
import type { OrderedReversal } from './reversalOrder.ts'

type NewReversal = Pick<
  Reversal,
  | 'id'
  | 'transferId'
  | 'taskId'
  | 'amountMinor'
  | 'returnFee'
  | 'feeMinor'
  | 'collectsMinor'
  | 'currency'
  | 'reason'
  | 'createdAt'
  | 'providerKey'
>

const REVERSAL = columnsOf('Reversal')
const LOCKED_REVERSAL = columnsOf('Reversal', { of: 'reversal' })

/** Inserts a reversal that is due at once. */
export const insertReversal = (tx: Writer, reversal: NewReversal) => tx.run`
  /* insertReversal */
  insert into reversals (
    id, transfer_id, task_id, amount_minor, return_fee, fee_minor, collects_minor, currency, reason, status, created_at,
    provider_key, due_at
  )
  values (
    ${reversal.id}, ${reversal.transferId}, ${reversal.taskId}, ${reversal.amountMinor}, ${reversal.returnFee},
    ${reversal.feeMinor}, ${reversal.collectsMinor}, ${reversal.currency}, ${reversal.reason}, 'PENDING',
    ${reversal.createdAt}, ${reversal.providerKey}, ${reversal.createdAt}
  )`

/** The transfer, task and hold of a reversal. They never change, so they may be read before anything is locked. */
export const readTransferOfReversal = (tx: Tx, { reversalId }: { reversalId: string }) => tx.row<{
  transferId: string
  taskId: string
  holdId: string
}>`
  /* readTransferOfReversal */
  select transfer.id as transfer_id, transfer.task_id, transfer.hold_id
  from reversals reversal
  join transfers transfer on transfer.id = reversal.transfer_id
  where reversal.id = ${reversalId}`

/** Sums of the reversals of one locked transfer, in minor units. */
export interface ReversalSums {
  /** The amount of those that have succeeded or still may. */
  live: bigint
  /** Of these, the amount and the fee of those that return the fee. */
  liveWithFee: bigint
  liveFee: bigint
  /** The same of those that have succeeded. */
  doneWithFee: bigint
  doneFee: bigint
  /** The debt that no reversal has collected, nor is collecting. */
  uncollectedDebt: bigint
}

/** A transfer has few reversals: each is an action of staff. */
export const sumReversals = async (tx: Tx, { transferId }: { transferId: string }): Promise<ReversalSums> => {
  const sums = await tx.row<ReversalSums>`
    /* sumReversals */
    select
      coalesce(sum(amount_minor) filter (where status <> 'FAILED'), 0)::bigint as live,
      coalesce(sum(amount_minor) filter (where status <> 'FAILED' and return_fee), 0)::bigint as live_with_fee,
      coalesce(sum(fee_minor) filter (where status <> 'FAILED'), 0)::bigint as live_fee,
      coalesce(sum(amount_minor) filter (where status = 'SUCCEEDED' and return_fee), 0)::bigint as done_with_fee,
      coalesce(sum(fee_minor) filter (where status = 'SUCCEEDED'), 0)::bigint as done_fee,
      (coalesce(sum(debt_minor), 0) - coalesce(sum(collects_minor) filter (where status <> 'FAILED'), 0))::bigint
        as uncollected_debt
    from reversals
    where transfer_id = ${transferId}`
  if (!sums) throw new Error('A sum has no row.')
  return sums
}

// The materialized CTE makes the clock be read after the lock was acquired, not before the wait for it.
export const lockReversalRow = (tx: Tx, { reversalId }: { reversalId: string }) => tx.row<Reversal & { realNow: Date }>`
  /* lockReversalRow */
  with reversal as materialized (
    select ${REVERSAL}
    from reversals
    where id = ${reversalId}
    for update
  )
  select ${LOCKED_REVERSAL}, clock_timestamp() as real_now
  from reversal`

export const saveReversal = (tx: Tx, reversal: Reversal) => tx.run`
  /* saveReversal */
  update reversals
  set status = ${reversal.status},
    fee_minor = ${reversal.feeMinor},
    debt_minor = ${reversal.debtMinor},
    recovers_minor = ${reversal.recoversMinor},
    recovers_debt_minor = ${reversal.recoversDebtMinor},
    provider_reference = ${reversal.providerReference},
    failure_code = ${reversal.failureCode},
    failure_message = ${reversal.failureMessage},
    provider_request_id = ${reversal.providerRequestId},
    failure_retryable = ${reversal.failureRetryable},
    provider_key = ${reversal.providerKey},
    due_at = ${reversal.dueAt},
    attempt_count = ${reversal.attemptCount},
    retry_count = ${reversal.retryCount},
    ask_at = ${reversal.askAt},
    ask_count = ${reversal.askCount},
    lease_until = ${reversal.leaseUntil}
  where id = ${reversal.id}`

/** A reversal with the data for its look-up, read before the provider is called: the finding is about the last attempt of then. */
export const readReversalToLookUp = (database: Statements, { reversalId }: { reversalId: string }) => database.row<
  OrderedReversal &
    Pick<Reversal, 'status' | 'providerReference' | 'attemptCount'> & { providerTransferReference: string | null }
>`
  /* readReversalToLookUp */
  select
    reversal.id, reversal.task_id, reversal.transfer_id, reversal.amount_minor, reversal.currency, reversal.created_at,
    reversal.provider_key, reversal.status, reversal.provider_reference, reversal.attempt_count,
    transfer.provider_reference as provider_transfer_reference
  from reversals reversal
  join transfers transfer on transfer.id = reversal.transfer_id
  where reversal.id = ${reversalId}`

export const findDueReversals = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* findDueReversals */
  select id
  from reversals
  where due_at <= errand_now()
  order by due_at
  limit ${limit}`

export const nextDueReversal = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextDueReversal */
  select min(due_at) as at
  from reversals`

export const findReversalsToLookUp = (database: Statements, { limit }: { limit: number }) => database.rows<{
  id: string
}>`
  /* findReversalsToLookUp */
  select id
  from reversals
  where ask_at <= errand_now()
  order by ask_at
  limit ${limit}`

export const nextReversalToLookUp = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextReversalToLookUp */
  select min(ask_at) as at
  from reversals`

export const findReversalsWithExpiredLease = (database: Statements, { limit }: { limit: number }) =>
  database.rows<{ id: string }>`
  /* findReversalsWithExpiredLease */
  select id
  from reversals
  where lease_until <= clock_timestamp()
  order by lease_until
  limit ${limit}`

// A lease runs on real time, which the sandbox clock does not move: due now if it has expired, else at no time of that clock.
export const nextExpiredReversalLease = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextExpiredReversalLease */
  select case when min(lease_until) <= clock_timestamp() then errand_now() end as at
  from reversals`
