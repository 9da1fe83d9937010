import { columnsOf } from '../../db/columns.ts'
import type { Refund } from '../../db/generated/client.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'
import type { OrderedRefund } from './refundOrder.ts'

type NewRefund = Pick<
  Refund,
  'id' | 'taskId' | 'holdId' | 'amountMinor' | 'currency' | 'reason' | 'createdAt' | 'providerKey'
>

const REFUND = columnsOf('Refund')
const LOCKED_REFUND = columnsOf('Refund', { of: 'refund' })

/** Inserts a refund that is due at once. */
export const insertRefund = async (tx: Tx, refund: NewRefund): Promise<Refund> => {
  const inserted = await tx.row<Refund>`
    /* insertRefund */
    insert into refunds (id, task_id, hold_id, amount_minor, currency, reason, status, created_at, provider_key, due_at)
    values (
      ${refund.id}, ${refund.taskId}, ${refund.holdId}, ${refund.amountMinor}, ${refund.currency}, ${refund.reason},
      'PENDING', ${refund.createdAt}, ${refund.providerKey}, ${refund.createdAt}
    )
    returning ${REFUND}`
  if (!inserted) throw new Error('An inserted refund was not returned.')
  return inserted
}

/** The task and hold of a refund. They never change, so they may be read before anything is locked. */
export const readTaskAndHoldOfRefund = (tx: Tx, { refundId }: { refundId: string }) => tx.row<
  Pick<Refund, 'taskId' | 'holdId'>
>`
  /* readTaskAndHoldOfRefund */
  select task_id, hold_id
  from refunds
  where id = ${refundId}`

// The materialized CTE makes the clock be read after the lock was acquired, not before the wait for it.
export const lockRefundRow = (tx: Tx, { refundId }: { refundId: string }) => tx.row<Refund & { realNow: Date }>`
  /* lockRefundRow */
  with refund as materialized (
    select ${REFUND}
    from refunds
    where id = ${refundId}
    for update
  )
  select ${LOCKED_REFUND}, clock_timestamp() as real_now
  from refund`

export const saveRefund = (tx: Tx, refund: Refund) => tx.run`
  /* saveRefund */
  update refunds
  set status = ${refund.status},
    provider_reference = ${refund.providerReference},
    failure_code = ${refund.failureCode},
    failure_message = ${refund.failureMessage},
    provider_request_id = ${refund.providerRequestId},
    provider_key = ${refund.providerKey},
    due_at = ${refund.dueAt},
    attempt_count = ${refund.attemptCount},
    retry_count = ${refund.retryCount},
    ask_at = ${refund.askAt},
    ask_count = ${refund.askCount},
    lease_until = ${refund.leaseUntil}
  where id = ${refund.id}`

/** A refund with the data for its look-up, read before the provider is called: the finding is about the last attempt of then. */
export const readRefundToLookUp = (database: Statements, { refundId }: { refundId: string }) => database.row<
  OrderedRefund & Pick<Refund, 'status' | 'providerReference' | 'attemptCount'> & { chargeReference: string | null }
>`
  /* readRefundToLookUp */
  select
    refund.id, refund.task_id, refund.amount_minor, refund.currency, refund.created_at, refund.provider_key, refund.status,
    refund.provider_reference, refund.attempt_count, hold.provider_reference as charge_reference
  from refunds refund
  join holds hold on hold.id = refund.hold_id
  where refund.id = ${refundId}`

export const findDueRefunds = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* findDueRefunds */
  select id
  from refunds
  where due_at <= errand_now()
  order by due_at
  limit ${limit}`

export const nextDueRefund = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextDueRefund */
  select min(due_at) as at
  from refunds`

export const findRefundsToLookUp = (database: Statements, { limit }: { limit: number }) => database.rows<{
  id: string
}>`
  /* findRefundsToLookUp */
  select id
  from refunds
  where ask_at <= errand_now()
  order by ask_at
  limit ${limit}`

export const nextRefundToLookUp = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextRefundToLookUp */
  select min(ask_at) as at
  from refunds`

export const findRefundsWithExpiredLease = (database: Statements, { limit }: { limit: number }) =>
  database.rows<{ id: string }>`
  /* findRefundsWithExpiredLease */
  select id
  from refunds
  where lease_until <= clock_timestamp()
  order by lease_until
  limit ${limit}`

// A lease runs on real time, which the sandbox clock does not move: due now if it has expired, else at no time of that clock.
export const nextExpiredRefundLease = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextExpiredRefundLease */
  select case when min(lease_until) <= clock_timestamp() then errand_now() end as at
  from refunds`
