import type { Statements } from '../db/statements.ts'

interface NextDue {
  at: Date | null
}

interface DueTask {
  id: string
}

export const readNextDeadline = (database: Statements) => database.row<NextDue>`
  /* readNextDeadline */
  select min(deadline) as at
  from tasks
  where status = 'OPEN'`

export const readPassedDeadlines = (database: Statements, { limit }: { limit: number }) => database.rows<DueTask>`
  /* readPassedDeadlines */
  select id
  from tasks
  where status = 'OPEN'
    and deadline <= (select errand_now())
  order by deadline
  limit ${limit}`

export const readNextFundingDue = (database: Statements) => database.row<NextDue>`
  /* readNextFundingDue */
  select min(funding_due_at) as at
  from tasks
  where status = 'AWAITING_FUNDS'`

export const readFundingDue = (database: Statements, { limit }: { limit: number }) => database.rows<DueTask>`
  /* readFundingDue */
  select id
  from tasks
  where status = 'AWAITING_FUNDS'
    and funding_due_at <= (select errand_now())
  order by funding_due_at
  limit ${limit}`

// Frozen money blocks automatic approval; a superseded payment does not pay for the work. After the freeze an approval that was due runs at
// once.
export const readNextApprovalDue = (database: Statements) => database.row<NextDue>`
  /* readNextApprovalDue */
  select min(task.auto_approve_at) as at
  from tasks task
  where task.status = 'SUBMITTED'
    and not exists (
      select
      from holds hold
      where hold.task_id = task.id
        and hold.superseded_at is null
        and hold.frozen
    )`

export const readApprovalDue = (database: Statements, { limit }: { limit: number }) => database.rows<DueTask>`
  /* readApprovalDue */
  select task.id
  from tasks task
  where task.status = 'SUBMITTED'
    and task.auto_approve_at <= (select errand_now())
    and not exists (
      select
      from holds hold
      where hold.task_id = task.id
        and hold.superseded_at is null
        and hold.frozen
    )
  order by task.auto_approve_at
  limit ${limit}`
