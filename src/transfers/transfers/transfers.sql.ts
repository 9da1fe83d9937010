import { columnsOf } from '../../db/columns.ts'
import type { Transfer, TransferAttempt, User } from '../../db/generated/client.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'
import type { OrderedTransfer } from './transferOrder.ts'

type NewTransfer = Pick<
  Transfer,
  | 'id'
  | 'taskId'
  | 'holdId'
  | 'destinationId'
  | 'grossMinor'
  | 'feeMinor'
  | 'netMinor'
  | 'currency'
  | 'createdAt'
  | 'providerKey'
>

const TRANSFER = columnsOf('Transfer')
const LOCKED_TRANSFER = columnsOf('Transfer', { of: 'transfer' })

/** Inserts a transfer that is due at once. */
export const insertTransfer = async (tx: Tx, transfer: NewTransfer): Promise<Transfer> => {
  const inserted = await tx.row<Transfer>`
    /* insertTransfer */
    insert into transfers (
      id, task_id, hold_id, destination_id, status, gross_minor, fee_minor, net_minor, currency, created_at, provider_key, due_at
    )
    values (
      ${transfer.id}, ${transfer.taskId}, ${transfer.holdId}, ${transfer.destinationId}, 'PENDING',
      ${transfer.grossMinor}, ${transfer.feeMinor}, ${transfer.netMinor}, ${transfer.currency}, ${transfer.createdAt},
      ${transfer.providerKey}, ${transfer.createdAt}
    )
    returning ${TRANSFER}`
  if (!inserted) throw new Error('An inserted transfer was not returned.')
  return inserted
}

/** Makes the transfers due that wait for this person; returns their ids. */
export const wakeWaitingTransfers = (tx: Tx, { userId }: { userId: string }) => tx.rows<{ id: string }>`
  /* wakeWaitingTransfers */
  update transfers
  set due_at = errand_now()
  where destination_id = ${userId}
    and status = 'PENDING'
    and due_at is null
  returning id`

/** The task and hold of a transfer. They never change, so they may be read before anything is locked. */
export const readTaskAndHoldOfTransfer = (tx: Tx, { transferId }: { transferId: string }) => tx.row<
  Pick<Transfer, 'taskId' | 'holdId'>
>`
  /* readTaskAndHoldOfTransfer */
  select task_id, hold_id
  from transfers
  where id = ${transferId}`

/** The task, tasker and poster of a transfer. They never change, so nothing is locked. */
export const readPartiesOfTransfer = (tx: Tx, { transferId }: { transferId: string }) => tx.row<{
  taskId: string
  destinationId: string
  posterId: string
}>`
  /* readPartiesOfTransfer */
  select transfer.task_id, transfer.destination_id, task.poster_id
  from transfers transfer
  join tasks task on task.id = transfer.task_id
  where transfer.id = ${transferId}`

// The materialized CTE makes the clock be read after the lock was acquired, not before the wait for it.
export const lockTransferRow = (tx: Tx, { transferId }: { transferId: string }) => tx.row<
  Transfer & { attemptCount: number; realNow: Date }
>`
  /* lockTransferRow */
  with transfer as materialized (
    select ${TRANSFER}
    from transfers
    where id = ${transferId}
    for update
  )
  select
    ${LOCKED_TRANSFER},
    (select coalesce(max(number), 0) from transfer_attempts where transfer_id = transfer.id) as attempt_count,
    clock_timestamp() as real_now
  from transfer`

export const saveTransfer = (tx: Tx, transfer: Transfer) => tx.run`
  /* saveTransfer */
  update transfers
  set status = ${transfer.status},
    provider_reference = ${transfer.providerReference},
    failure_code = ${transfer.failureCode},
    failure_message = ${transfer.failureMessage},
    failure_retryable = ${transfer.failureRetryable},
    succeeded_at = ${transfer.succeededAt},
    provider_key = ${transfer.providerKey},
    due_at = ${transfer.dueAt},
    retry_count = ${transfer.retryCount},
    ask_at = ${transfer.askAt},
    ask_count = ${transfer.askCount},
    lease_until = ${transfer.leaseUntil}
  where id = ${transfer.id}`

/** Saves the amount that was taken back so far, and the status that follows from it. */
export const saveReversedAmount = (
  tx: Tx,
  { id, reversedMinor, status }: Pick<Transfer, 'id' | 'reversedMinor' | 'status'>,
) => tx.run`
  /* saveReversedAmount */
  update transfers
  set reversed_minor = ${reversedMinor},
    status = ${status}
  where id = ${id}`

export const insertAttempt = (
  tx: Tx,
  { transferId, number, startedAt }: Pick<TransferAttempt, 'transferId' | 'number' | 'startedAt'>,
) => tx.run`
  /* insertAttempt */
  insert into transfer_attempts (transfer_id, number, started_at)
  values (${transferId}, ${number}, ${startedAt})`

/** A transfer with the data for its look-up, read before the provider is called: the finding is about the last attempt of then. */
export const readTransferToLookUp = (database: Statements, { transferId }: { transferId: string }) => database.row<
  OrderedTransfer &
    Pick<Transfer, 'status' | 'providerReference'> & { chargeReference: string | null; attemptCount: number }
>`
  /* readTransferToLookUp */
  select
    transfer.id, transfer.task_id, transfer.destination_id, transfer.net_minor, transfer.netted_minor, transfer.currency,
    transfer.created_at, transfer.provider_key, transfer.status, transfer.provider_reference, hold.provider_reference as charge_reference,
    (select coalesce(max(number), 0) from transfer_attempts where transfer_id = transfer.id) as attempt_count
  from transfers transfer
  join holds hold on hold.id = transfer.hold_id
  where transfer.id = ${transferId}`

/** Saves the outcome of an attempt. An attempt that had ended without an answer keeps its end time. */
export const endAttempt = (tx: Tx, attempt: Omit<TransferAttempt, 'startedAt'>) => tx.run`
  /* endAttempt */
  update transfer_attempts
  set outcome = ${attempt.outcome},
    ended_at = coalesce(ended_at, ${attempt.endedAt}),
    provider_reference = ${attempt.providerReference},
    provider_message = ${attempt.providerMessage},
    provider_code = ${attempt.providerCode},
    provider_request_id = coalesce(${attempt.providerRequestId}, provider_request_id)
  where transfer_id = ${attempt.transferId}
    and number = ${attempt.number}`

// Locked shared, so that the payee cannot become ready between this read and the decision that follows from it.
export const lockPayee = (tx: Tx, { userId }: { userId: string }) => tx.row<
  Pick<User, 'payoutReadiness' | 'suspendedAt'>
>`
  /* lockPayee */
  select payout_readiness, suspended_at
  from users
  where id = ${userId}
  for share`

export const findDueTransfers = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* findDueTransfers */
  select id
  from transfers
  where due_at <= errand_now()
  order by due_at
  limit ${limit}`

export const nextDueTransfer = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextDueTransfer */
  select min(due_at) as at
  from transfers`

export const findTransfersToLookUp = (database: Statements, { limit }: { limit: number }) => database.rows<{
  id: string
}>`
  /* findTransfersToLookUp */
  select id
  from transfers
  where ask_at <= errand_now()
  order by ask_at
  limit ${limit}`

export const nextTransferToLookUp = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextTransferToLookUp */
  select min(ask_at) as at
  from transfers`

export const findTransfersWithExpiredLease = (database: Statements, { limit }: { limit: number }) =>
  database.rows<{ id: string }>`
  /* findTransfersWithExpiredLease */
  select id
  from transfers
  where lease_until <= clock_timestamp()
  order by lease_until
  limit ${limit}`

// A lease runs on real time, which the sandbox clock does not move: an expired lease is due now, and another one has no due time.
export const nextExpiredTransferLease = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextExpiredTransferLease */
  select case when min(lease_until) <= clock_timestamp() then errand_now() end as at
  from transfers`

/** Counts the transfers that are not at their end, by status. The index on the status serves it. */
export const countUnfinishedTransfers = (database: Statements) => database.rows<{ status: string; count: number }>`
  /* countUnfinishedTransfers */
  select status, count(*)::integer as count
  from transfers
  where status in ('PENDING', 'IN_DOUBT', 'FAILED')
  group by status`
