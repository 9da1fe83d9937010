import { columnsOf } from '../../db/columns.ts'
import type { Hold } from '../../db/generated/client.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

type NewHold = Pick<
  Hold,
  | 'id'
  | 'taskId'
  | 'amountMinor'
  | 'currency'
  | 'paymentMethodId'
  | 'customerReference'
  | 'savesPaymentMethod'
  | 'holdableUntil'
  | 'expiryWarningAt'
  | 'createdAt'
  | 'providerKey'
  | 'fundingKey'
>

const HOLD = columnsOf('Hold')
const LOCKED_HOLD = columnsOf('Hold', { of: 'hold' })

/** Inserts a hold, with a lease for the caller, who is about to order its charge. */
export const insertHold = async (tx: Tx, hold: NewHold & { askAt: Date; leaseMs: number }): Promise<Hold> => {
  const inserted = await tx.row<Hold>`
    /* insertHold */
    insert into holds (
      id, task_id, status, amount_minor, remaining_minor, currency, payment_method_id, customer_reference,
      saves_payment_method, holdable_until, expiry_warning_at, created_at, provider_key, funding_key, ask_at, lease_until
    )
    values (
      ${hold.id}, ${hold.taskId}, 'PENDING', ${hold.amountMinor}, 0, ${hold.currency}, ${hold.paymentMethodId},
      ${hold.customerReference}, ${hold.savesPaymentMethod}, ${hold.holdableUntil}, ${hold.expiryWarningAt},
      ${hold.createdAt}, ${hold.providerKey}, ${hold.fundingKey}, ${hold.askAt}, clock_timestamp() + ${hold.leaseMs} * interval '1 millisecond'
    )
    returning ${HOLD}`
  if (!inserted) throw new Error('An inserted hold was not returned.')
  return inserted
}

/** Locks the live hold of a locked task: PENDING or HELD, and not superseded. */
export const lockLiveHold = (tx: Tx, { taskId }: { taskId: string }) => tx.row<Hold>`
  /* lockLiveHold */
  select ${HOLD}
  from holds
  where task_id = ${taskId}
    and status in ('PENDING', 'HELD')
    and superseded_at is null
  for update`

/** The tasks among these locked ones whose live hold is HELD. */
export const readHeldTasks = (tx: Tx, { taskIds }: { taskIds: readonly string[] }) => tx.rows<Pick<Hold, 'taskId'>>`
  /* readHeldTasks */
  select task_id
  from holds
  where task_id = any(${taskIds}::uuid[])
    and status = 'HELD'
    and superseded_at is null`

// The materialized CTE makes the clock be read after the lock was acquired, not before the wait for it.
export const lockHold = (tx: Tx, { holdId }: { holdId: string }) => tx.row<Hold & { realNow: Date }>`
  /* lockHold */
  with hold as materialized (
    select ${HOLD}
    from holds
    where id = ${holdId}
    for update
  )
  select ${LOCKED_HOLD}, clock_timestamp() as real_now
  from hold`

/** The task of a hold. It never changes, so it may be read before anything is locked. */
export const readTaskOfHold = (tx: Tx, { holdId }: { holdId: string }) => tx.row<Pick<Hold, 'taskId'>>`
  /* readTaskOfHold */
  select task_id
  from holds
  where id = ${holdId}`

/** A hold, read before its charge is looked up. */
export const readHold = (database: Statements, { holdId }: { holdId: string }) => database.row<Hold>`
  /* readHold */
  select ${HOLD}
  from holds
  where id = ${holdId}`

export const saveHold = (tx: Tx, hold: Hold) => tx.run`
  /* saveHold */
  update holds
  set status = ${hold.status},
    remaining_minor = ${hold.remainingMinor},
    released_minor = ${hold.releasedMinor},
    provider_reference = ${hold.providerReference},
    client_secret = ${hold.clientSecret},
    failure_code = ${hold.failureCode},
    funded_at = ${hold.fundedAt},
    superseded_at = ${hold.supersededAt},
    authenticate_by = ${hold.authenticateBy},
    provider_request_id = ${hold.providerRequestId},
    ask_at = ${hold.askAt},
    ask_count = ${hold.askCount},
    lease_until = ${hold.leaseUntil}
  where id = ${hold.id}`

export const setFrozen = (tx: Tx, { holdId }: { holdId: string }) => tx.run`
  /* setFrozen */
  update holds
  set frozen = true
  where id = ${holdId}`

/** Sets `frozen` to whether anything still freezes the locked hold: an open dispute or chargeback. Returns it. */
export const setFrozenIfStillSo = (tx: Tx, { holdId }: { holdId: string }) => tx.row<Pick<Hold, 'frozen'>>`
  /* setFrozenIfStillSo */
  update holds
  set frozen = exists (
    select
    from disputes
    where hold_id = ${holdId}
      and status = 'OPEN'
  ) or exists (
    select
    from chargebacks
    where hold_id = ${holdId}
      and status in ('NEEDS_RESPONSE', 'UNDER_REVIEW')
  )
  where id = ${holdId}
  returning frozen`

/** Makes the transfers and refunds of a hold due that wait without a due time, as those of a frozen hold do. */
export const wakePaymentsOf = (tx: Tx, { holdId, at }: { holdId: string; at: Date }) => tx.run`
  /* wakePaymentsOf */
  with woken as (
    update transfers
    set due_at = ${at}
    where hold_id = ${holdId}
      and status = 'PENDING'
      and due_at is null
  )
  update refunds
  set due_at = ${at}
  where hold_id = ${holdId}
    and status = 'PENDING'
    and due_at is null`

export const findHoldsToLookUp = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* findHoldsToLookUp */
  select id
  from holds
  where ask_at <= errand_now()
    and (lease_until is null or lease_until <= clock_timestamp())
  order by ask_at
  limit ${limit}`

// Skips holds whose charge is in progress: their lease runs on real time, which the sandbox clock does not move.
export const nextHoldToLookUp = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextHoldToLookUp */
  select min(ask_at) as at
  from holds
  where ask_at is not null
    and (lease_until is null or lease_until <= clock_timestamp())`

/** Holds with money left whose warning is due. */
export const findExpiringHolds = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* findExpiringHolds */
  select id
  from holds
  where expiry_warning_at <= errand_now()
    and status = 'HELD'
  order by expiry_warning_at
  limit ${limit}`

export const nextExpiryWarning = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextExpiryWarning */
  select min(expiry_warning_at) as at
  from holds
  where expiry_warning_at is not null
    and status = 'HELD'`

export const setWarnedOfExpiry = (tx: Tx, { holdId }: { holdId: string }) => tx.run`
  /* setWarnedOfExpiry */
  update holds
  set expiry_warning_at = null
  where id = ${holdId}`
