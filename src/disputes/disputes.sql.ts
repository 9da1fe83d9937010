import { columnsOf } from '../db/columns.ts'
import type { Dispute } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

const DISPUTE = columnsOf('Dispute')

type NewDispute = Pick<
  Dispute,
  | 'id'
  | 'taskId'
  | 'holdId'
  | 'taskerId'
  | 'openedById'
  | 'taskStatusBefore'
  | 'reason'
  | 'openedAt'
  | 'currency'
  | 'overdueAt'
>

export const insertDispute = (tx: Tx, dispute: NewDispute) => tx.run`
  /* insertDispute */
  insert into disputes (
    id, task_id, hold_id, tasker_id, opened_by_id, status, task_status_before, reason, opened_at, currency, overdue_at
  )
  values (
    ${dispute.id}, ${dispute.taskId}, ${dispute.holdId}, ${dispute.taskerId}, ${dispute.openedById}, 'OPEN',
    ${dispute.taskStatusBefore}, ${dispute.reason}, ${dispute.openedAt}, ${dispute.currency}, ${dispute.overdueAt}
  )`

/** The task of a dispute. It never changes, so it may be read before anything is locked. */
export const readTaskOfDispute = (tx: Tx, { disputeId }: { disputeId: string }) => tx.row<Pick<Dispute, 'taskId'>>`
  /* readTaskOfDispute */
  select task_id
  from disputes
  where id = ${disputeId}`

export const lockDisputeRow = (tx: Tx, { disputeId }: { disputeId: string }) => tx.row<Dispute>`
  /* lockDisputeRow */
  select ${DISPUTE}
  from disputes
  where id = ${disputeId}
  for update`

export const lockOpenDispute = (tx: Tx, { taskId }: { taskId: string }) => tx.row<{ id: string }>`
  /* lockOpenDispute */
  select id
  from disputes
  where task_id = ${taskId}
    and status = 'OPEN'
  for update`

export const setDisputeWithdrawn = (tx: Tx, { disputeId, at }: { disputeId: string; at: Date }) => tx.run`
  /* setDisputeWithdrawn */
  update disputes
  set status = 'WITHDRAWN',
    ended_at = ${at},
    overdue_at = null
  where id = ${disputeId}`

interface Resolution {
  disputeId: string
  at: Date
  toTaskerMinor: bigint
  toPosterMinor: bigint
  decidedById: string
  note: string
}

export const setDisputeResolved = (tx: Tx, resolution: Resolution) => tx.run`
  /* setDisputeResolved */
  update disputes
  set status = 'RESOLVED',
    ended_at = ${resolution.at},
    overdue_at = null,
    to_tasker_minor = ${resolution.toTaskerMinor},
    to_poster_minor = ${resolution.toPosterMinor},
    decided_by_id = ${resolution.decidedById},
    note = ${resolution.note}
  where id = ${resolution.disputeId}`

export const setOverdueAt = (tx: Tx, { disputeId, overdueAt }: { disputeId: string; overdueAt: Date | null }) => tx.run`
  /* setOverdueAt */
  update disputes
  set overdue_at = ${overdueAt}
  where id = ${disputeId}`

/** The number of files of a dispute that this person has uploaded. */
export const countEvidenceOf = (tx: Tx, { disputeId, uploaderId }: { disputeId: string; uploaderId: string }) =>
  tx.row<{ count: number }>`
  /* countEvidenceOf */
  select count(*)::integer as count
  from attachments
  where dispute_id = ${disputeId}
    and uploaded_by_id = ${uploaderId}`

export const readOverdueDisputes = (database: Statements, { limit }: { limit: number }) => database.rows<{
  id: string
  taskId: string
}>`
  /* readOverdueDisputes */
  select id, task_id
  from disputes
  where overdue_at <= (select errand_now())
  order by overdue_at
  limit ${limit}`

export const readNextOverdue = (database: Statements) => database.row<{ at: Date | null }>`
  /* readNextOverdue */
  select min(overdue_at) as at
  from disputes
  where overdue_at is not null`

export interface OpenDisputes {
  open: number
  overdue: number
  longOverdue: number
  oldestOpenedAt: Date | null
}

/** Counts the open disputes, and those opened before either time. */
export const countOpenDisputes = async (
  database: Statements,
  { overdueBefore, longOverdueBefore }: { overdueBefore: Date; longOverdueBefore: Date },
): Promise<OpenDisputes> => {
  const counts = await database.row<OpenDisputes>`
    /* countOpenDisputes */
    select
      count(*)::integer as open,
      count(*) filter (where opened_at <= ${overdueBefore})::integer as overdue,
      count(*) filter (where opened_at <= ${longOverdueBefore})::integer as long_overdue,
      min(opened_at) as oldest_opened_at
    from disputes
    where status = 'OPEN'`
  return counts ?? { open: 0, overdue: 0, longOverdue: 0, oldestOpenedAt: null }
}
