import { columnsOf } from '../db/columns.ts'
import type { Task, WorkSubmission } from '../db/generated/client.ts'
import type { Writer } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import { searchTextOf } from '../domain/searchText.ts'

/** A task row for rules: coordinates are text, and the search text is left out. */
export type TaskRow = Omit<Task, 'searchText' | 'searchTextFolded' | 'latitude' | 'longitude'> & {
  latitude: string | null
  longitude: string | null
}

/** A task row with the suspension of its poster, which hides the task while it is open. */
export type SeenTask = TaskRow & { posterSuspended: boolean }

/** The columns that decide to whom a task is offered, and whether it still is. */
export type OfferedTask = Pick<
  SeenTask,
  'id' | 'status' | 'acceptanceMode' | 'posterId' | 'inviteeId' | 'publishedAt' | 'acceptedAt' | 'posterSuspended'
>

/** A locked task row, and the time after the lock: a transaction that waited must not be earlier than the one it waited for. */
export type LockedTask = SeenTask & { now: Date }

/** The columns that the poster writes and can change. */
export type TaskContent = Pick<
  TaskRow,
  | 'title'
  | 'description'
  | 'categoryId'
  | 'acceptanceMode'
  | 'inviteeId'
  | 'budgetMinor'
  | 'currency'
  | 'deadline'
  | 'locationLabel'
  | 'latitude'
  | 'longitude'
  | 'remote'
>

interface Change {
  taskId: string
  at: Date
}

const TASK = columnsOf('Task', { without: ['searchText', 'searchTextFolded'] })
const LOCKED_TASK = columnsOf('Task', { of: 'task', without: ['searchText', 'searchTextFolded'] })

// The clock is read outside the materialized CTE, so after the lock was acquired, not when it was requested.
export const lockTaskRow = (tx: Tx, { taskId }: { taskId: string }) => tx.row<LockedTask>`
  /* lockTaskRow */
  with task as materialized (
    select ${TASK}
    from tasks
    where id = ${taskId}
    for update
  )
  select
    ${LOCKED_TASK},
    (select suspended_at is not null from users where id = task.poster_id) as poster_suspended,
    errand_now() as now
  from task`

// Locks many tasks without waiting, and skips rows locked by other transactions. The clock depends on the count of the locked rows, so it
// is read after all locks were acquired.
export const lockTasksUnlessHeld = (tx: Tx, { taskIds }: { taskIds: readonly string[] }) => tx.rows<LockedTask>`
  /* lockTasksUnlessHeld */
  with task as materialized (
    select ${TASK}
    from tasks
    where id = any(${taskIds}::uuid[])
    for update skip locked
  ),
  clock as materialized (
    select errand_now() as now
    from (select count(*) from task) as locked
  )
  select
    ${LOCKED_TASK},
    (select suspended_at is not null from users where id = task.poster_id) as poster_suspended,
    clock.now
  from task
  cross join clock`

// The unfunded tasks of this tasker, in the order of ids, in which every rule locks several tasks.
export const lockTasksAwaitingFundsOf = (tx: Tx, { userId }: { userId: string }) => tx.rows<LockedTask>`
  /* lockTasksAwaitingFundsOf */
  with task as materialized (
    select ${TASK}
    from tasks
    where assignee_id = ${userId}
      and status = 'AWAITING_FUNDS'
    order by id
    for update
  ),
  clock as materialized (
    select errand_now() as now
    from (select count(*) from task) as locked
  )
  select
    ${LOCKED_TASK},
    (select suspended_at is not null from users where id = task.poster_id) as poster_suspended,
    clock.now
  from task
  cross join clock
  order by task.id`

// An application never changes its task, so the task id can be read before the lock.
export const lockTaskOfApplication = (tx: Tx, { applicationId }: { applicationId: string }) => tx.row<LockedTask>`
  /* lockTaskOfApplication */
  with task as materialized (
    select ${TASK}
    from tasks
    where id = (select task_id from task_applications where id = ${applicationId})
    for update
  )
  select
    ${LOCKED_TASK},
    (select suspended_at is not null from users where id = task.poster_id) as poster_suspended,
    errand_now() as now
  from task`

// Hundreds may read at once, so it selects only the columns that decide.
export const glanceAtTask = (tx: Tx, { taskId }: { taskId: string }) => tx.row<OfferedTask & Pick<TaskRow, 'version'>>`
  /* glanceAtTask */
  select
    task.id, task.version, task.status, task.acceptance_mode, task.poster_id, task.invitee_id, task.published_at,
    task.accepted_at,
    poster.suspended_at is not null as poster_suspended
  from tasks task
  join users poster on poster.id = task.poster_id
  where task.id = ${taskId}`

export const insertTask = (
  tx: Tx,
  task: TaskContent & Pick<TaskRow, 'id' | 'status' | 'posterId' | 'createdAt' | 'publishedAt'>,
) => tx.run`
  /* insertTask */
  insert into tasks (
    id, title, description, search_text, search_text_folded, category_id, status, acceptance_mode, invitee_id,
    budget_minor, currency, deadline, location_label, latitude, longitude, remote, poster_id, created_at,
    updated_at, published_at
  )
  values (
    ${task.id}, ${task.title}, ${task.description}, ${searchTextOf(task.title, task.description)}, true,
    ${task.categoryId}, ${task.status}, ${task.acceptanceMode}, ${task.inviteeId}, ${task.budgetMinor},
    ${task.currency}, ${task.deadline}, ${task.locationLabel}, ${task.latitude}, ${task.longitude},
    ${task.remote}, ${task.posterId}, ${task.createdAt}, ${task.createdAt}, ${task.publishedAt}
  )`

export const updateTaskContent = (
  tx: Tx,
  { taskId, at, changesTerms, ...content }: Change & TaskContent & { changesTerms: boolean },
) => tx.run`
  /* updateTaskContent */
  update tasks
  set title = ${content.title},
    description = ${content.description},
    search_text = ${searchTextOf(content.title, content.description)},
    search_text_folded = true,
    category_id = ${content.categoryId},
    acceptance_mode = ${content.acceptanceMode},
    invitee_id = ${content.inviteeId},
    budget_minor = ${content.budgetMinor},
    currency = ${content.currency},
    deadline = ${content.deadline},
    location_label = ${content.locationLabel},
    latitude = ${content.latitude},
    longitude = ${content.longitude},
    remote = ${content.remote},
    terms_version = case when ${changesTerms} then version + 1 else terms_version end,
    version = version + 1,
    updated_at = ${at}
  where id = ${taskId}`

export const setOpen = (tx: Tx, { taskId, at }: Change) => tx.run`
  /* setOpen */
  update tasks
  set status = 'OPEN',
    published_at = ${at},
    version = version + 1,
    updated_at = ${at}
  where id = ${taskId}`

export const setAssignee = (
  tx: Writer,
  assignment: Change & Pick<TaskRow, 'status' | 'assigneeId' | 'agreedPriceMinor' | 'feeRuleVersion' | 'fundingDueAt'>,
) => tx.run`
  /* setAssignee */
  update tasks
  set status = ${assignment.status},
    assignee_id = ${assignment.assigneeId},
    agreed_price_minor = ${assignment.agreedPriceMinor},
    fee_rule_version = ${assignment.feeRuleVersion},
    accepted_at = ${assignment.at},
    funding_due_at = ${assignment.fundingDueAt},
    version = version + 1,
    updated_at = ${assignment.at}
  where id = ${assignment.taskId}`

export const setFunded = (tx: Tx, { taskId, at }: Change) => tx.run`
  /* setFunded */
  update tasks
  set status = 'ASSIGNED',
    funding_due_at = null,
    version = version + 1,
    updated_at = ${at}
  where id = ${taskId}`

export const setOpenAgain = (tx: Tx, { taskId, at }: Change) => tx.run`
  /* setOpenAgain */
  update tasks
  set status = 'OPEN',
    assignee_id = null,
    agreed_price_minor = null,
    fee_rule_version = null,
    accepted_at = null,
    submitted_at = null,
    funding_due_at = null,
    version = version + 1,
    updated_at = ${at}
  where id = ${taskId}`

export const setSubmitted = (tx: Tx, { taskId, at, autoApproveAt }: Change & { autoApproveAt: Date }) => tx.run`
  /* setSubmitted */
  update tasks
  set status = 'SUBMITTED',
    submitted_at = ${at},
    auto_approve_at = ${autoApproveAt},
    version = version + 1,
    updated_at = ${at}
  where id = ${taskId}`

export const setInWorkAgain = (tx: Tx, { taskId, at }: Change) => tx.run`
  /* setInWorkAgain */
  update tasks
  set status = 'ASSIGNED',
    auto_approve_at = null,
    version = version + 1,
    updated_at = ${at}
  where id = ${taskId}`

export const setCompleted = (tx: Tx, { taskId, at }: Change) => tx.run`
  /* setCompleted */
  update tasks
  set status = 'COMPLETED',
    completed_at = ${at},
    ended_at = ${at},
    auto_approve_at = null,
    version = version + 1,
    updated_at = ${at}
  where id = ${taskId}`

export const setDisputed = (tx: Tx, { taskId, at }: Change) => tx.run`
  /* setDisputed */
  update tasks
  set status = 'DISPUTED',
    auto_approve_at = null,
    version = version + 1,
    updated_at = ${at}
  where id = ${taskId}`

export const setUndisputed = (
  tx: Tx,
  { taskId, at, status, autoApproveAt }: Change & Pick<TaskRow, 'status' | 'autoApproveAt'>,
) => tx.run`
  /* setUndisputed */
  update tasks
  set status = ${status},
    auto_approve_at = ${autoApproveAt},
    version = version + 1,
    updated_at = ${at}
  where id = ${taskId}`

export const setEnded = (
  tx: Tx,
  { taskIds, at, status }: { taskIds: readonly string[]; at: Date; status: 'CANCELED' | 'EXPIRED' },
) => tx.run`
  /* setEnded */
  update tasks
  set status = ${status},
    ended_at = ${at},
    funding_due_at = null,
    auto_approve_at = null,
    version = version + 1,
    updated_at = ${at}
  where id = any(${taskIds}::uuid[])`

export const insertSubmission = (tx: Tx, submission: WorkSubmission) => tx.run`
  /* insertSubmission */
  insert into work_submissions (id, task_id, message, submitted_at)
  values (${submission.id}, ${submission.taskId}, ${submission.message}, ${submission.submittedAt})`

export const readReferences = (
  tx: Tx,
  { categoryId, inviteeId }: { categoryId: string | null; inviteeId: string | null },
) => tx.row<{ hasCategory: boolean; hasInvitee: boolean }>`
  /* readReferences */
  select
    exists (select from categories where id = ${categoryId}) as has_category,
    exists (select from users where id = ${inviteeId} and suspended_at is null) as has_invitee`

export const readHoldFacts = async (tx: Tx, { taskId }: { taskId: string }) => {
  const facts = await tx.row<{ hasLiveHold: boolean; hadHold: boolean }>`
    /* readHoldFacts */
    select
      coalesce(bool_or(status in ('PENDING', 'HELD') and superseded_at is null), false) as has_live_hold,
      count(*) > 0 as had_hold
    from holds
    where task_id = ${taskId}`
  return facts ?? { hasLiveHold: false, hadHold: false }
}
