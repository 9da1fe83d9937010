import { columnsOf } from '../db/columns.ts'
import type { TaskApplication } from '../db/generated/client.ts'
import type { Statements, Writer } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import type { TaskerHistory } from './errors.ts'

// An application changes only under the lock of its task, so it needs no row lock.

export type ApplicationRow = TaskApplication & { applicantSuspended: boolean }

const APPLICATION = columnsOf('TaskApplication')
const NAMED_APPLICATION = columnsOf('TaskApplication', { of: 'application' })

export const readApplication = (tx: Tx, { applicationId }: { applicationId: string }) => tx.row<ApplicationRow>`
  /* readApplication */
  select
    ${NAMED_APPLICATION},
    applicant.suspended_at is not null as applicant_suspended
  from task_applications application
  join users applicant on applicant.id = application.applicant_id
  where application.id = ${applicationId}`

interface Applicant {
  taskId: string
  applicantId: string
}

export const readLiveApplication = (tx: Tx, { taskId, applicantId }: Applicant) => tx.row<TaskApplication>`
  /* readLiveApplication */
  select ${APPLICATION}
  from task_applications
  where task_id = ${taskId}
    and applicant_id = ${applicantId}
    and status <> 'WITHDRAWN'`

export const hasApplied = async (tx: Tx, { taskId, applicantId }: Applicant): Promise<boolean> => {
  const application = await tx.row<{ id: string }>`
    /* hasApplied */
    select id
    from task_applications
    where task_id = ${taskId}
      and applicant_id = ${applicantId}
    limit 1`
  return application !== undefined
}

// `withdrew` means from the task, not from a pending application: it was accepted, and later than any acceptance that lapsed.
export const readTaskerHistory = async (tx: Tx, { taskId, applicantId }: Applicant): Promise<TaskerHistory> => {
  const history = await tx.row<TaskerHistory>`
    /* readTaskerHistory */
    select
      coalesce(bool_or(status = 'REJECTED'), false) as rejected,
      coalesce(bool_or(status = 'WITHDRAWN' and accepted_at > coalesce(lapsed_at, '-infinity')), false) as withdrew,
      coalesce(bool_or(lapsed_at is not null), false) as lapsed
    from task_applications
    where task_id = ${taskId}
      and applicant_id = ${applicantId}`
  return history ?? { rejected: false, withdrew: false, lapsed: false }
}

// The count and the arrival number come from the locked task row, so they follow the order of commits.
export const insertApplication = (
  tx: Writer,
  application: Omit<TaskApplication, 'version' | 'arrivalNumber' | 'lapsedAt'>,
) => tx.run`
  /* insertApplication */
  with task as (
    update tasks
    set application_count = application_count + 1,
      last_arrival_number = last_arrival_number + 1
    where id = ${application.taskId}
    returning last_arrival_number
  )
  insert into task_applications (
    id, task_id, applicant_id, status, message, price_minor, currency, task_version, arrival_number, created_at, accepted_at
  )
  select
    ${application.id}, ${application.taskId}, ${application.applicantId}, ${application.status}::task_application_status,
    ${application.message}, ${application.priceMinor}, ${application.currency}, ${application.taskVersion}, last_arrival_number,
    ${application.createdAt}::timestamptz, ${application.acceptedAt}::timestamptz
  from task`

export const setRejected = (tx: Tx, { applicationId }: { applicationId: string }) => tx.run`
  /* setRejected */
  update task_applications
  set status = 'REJECTED',
    version = version + 1
  where id = ${applicationId}`

export const setWithdrawn = (tx: Tx, { applicationId }: { applicationId: string }) => tx.run`
  /* setWithdrawn */
  with application as (
    update task_applications
    set status = 'WITHDRAWN',
      version = version + 1
    where id = ${applicationId}
    returning task_id
  )
  update tasks
  set application_count = application_count - 1
  where id = (select task_id from application)`

export const saveApplication = (
  tx: Tx,
  application: Pick<TaskApplication, 'id' | 'message' | 'priceMinor' | 'taskVersion'>,
) => tx.run`
  /* saveApplication */
  update task_applications
  set message = ${application.message},
    price_minor = ${application.priceMinor},
    task_version = ${application.taskVersion},
    version = version + 1
  where id = ${application.id}`

/** Accepts the pending application of this applicant, at this price and task version, and closes all other pending ones. */
export const acceptOneAndCloseOthers = (
  tx: Tx,
  {
    taskId,
    applicantId,
    priceMinor,
    taskVersion,
    at,
  }: Applicant & Pick<TaskApplication, 'priceMinor' | 'taskVersion'> & { at: Date },
) => tx.rows<Pick<TaskApplication, 'applicantId' | 'status'>>`
  /* acceptOneAndCloseOthers */
  update task_applications
  set status = case applicant_id when ${applicantId} then 'ACCEPTED' else 'CLOSED' end::task_application_status,
    price_minor = case applicant_id when ${applicantId} then ${priceMinor} else price_minor end,
    task_version = case applicant_id when ${applicantId} then ${taskVersion} else task_version end,
    accepted_at = case applicant_id when ${applicantId} then ${at} else accepted_at end,
    version = version + 1
  where task_id = ${taskId}
    and status = 'PENDING'
  returning applicant_id, status`

export const closePending = (tx: Tx, { taskIds }: { taskIds: readonly string[] }) => tx.rows<{
  taskId: string
  applicantIds: string[]
}>`
  /* closePending */
  with application as (
    update task_applications
    set status = 'CLOSED',
      version = version + 1
    where task_id = any(${taskIds}::uuid[])
      and status = 'PENDING'
    returning task_id, applicant_id
  )
  select task_id, array_agg(applicant_id) as applicant_ids
  from application
  group by task_id`

/** The applicants with a pending application. */
export const readPendingApplicants = (tx: Tx, { taskId }: { taskId: string }) => tx.rows<
  Pick<TaskApplication, 'applicantId'>
>`
  /* readPendingApplicants */
  select applicant_id
  from task_applications
  where task_id = ${taskId}
    and status = 'PENDING'`

/** Returns one pending application per task: the first one that can be accepted, or else the first one. */
export const readWaitingApplications = (
  database: Statements,
  { taskIds }: { taskIds: readonly string[] },
) => database.rows<Pick<TaskApplication, 'taskId' | 'id' | 'priceMinor' | 'currency'> & { isOutdated: boolean }>`
  /* readWaitingApplications */
  select distinct on (application.task_id)
    application.task_id,
    application.id,
    application.price_minor,
    application.currency,
    application.task_version < task.terms_version as is_outdated
  from task_applications application
  join tasks task on task.id = application.task_id
  join users applicant on applicant.id = application.applicant_id
  where application.task_id = any(${taskIds}::uuid[])
    and application.status = 'PENDING'
    and applicant.suspended_at is null
  order by application.task_id, is_outdated, application.arrival_number`

/**
 * Updates the applications of an open task after a change of its mode or invitee: an invitation closes the pending applications of all
 * but the invitee, and applications that an earlier invitation closed become pending again if they now may. Returns the changed ones.
 */
export const fitApplicationsToOffer = (
  tx: Tx,
  { taskId, inviteeId }: { taskId: string; inviteeId: string | null },
) => tx.rows<Pick<TaskApplication, 'applicantId' | 'status'>>`
  /* fitApplicationsToOffer */
  update task_applications
  set status = case status when 'PENDING' then 'CLOSED' else 'PENDING' end::task_application_status,
    version = version + 1
  where task_id = ${taskId}
    and status = case
        when ${inviteeId}::uuid is null or applicant_id = ${inviteeId}::uuid then 'CLOSED'
        else 'PENDING'
      end::task_application_status
  returning applicant_id, status`

/**
 * The accepted application becomes withdrawn, or pending with `lapsed_at` set. Closed applications become pending again; for a task by
 * invitation only that of the invitee.
 */
export const reopenApplications = (
  tx: Tx,
  { taskId, inviteeId, lapsedAt }: { taskId: string; inviteeId: string | null; lapsedAt: Date | null },
) => tx.rows<Pick<TaskApplication, 'applicantId'>>`
  /* reopenApplications */
  with application as (
    update task_applications
    set status = case
        when status = 'ACCEPTED' and ${lapsedAt}::timestamptz is null then 'WITHDRAWN'
        else 'PENDING'
      end::task_application_status,
      lapsed_at = case status when 'ACCEPTED' then coalesce(${lapsedAt}, lapsed_at) else lapsed_at end,
      version = version + 1
    where task_id = ${taskId}
      and (
        status = 'ACCEPTED'
        or status = 'CLOSED' and (${inviteeId}::uuid is null or applicant_id = ${inviteeId}::uuid)
      )
    returning applicant_id, status
  ),
  task as (
    update tasks
    set application_count = application_count - (select count(*) from application where status = 'WITHDRAWN')
    where id = ${taskId}
  )
  select applicant_id
  from application`

// Counts only `acceptTask`: a poster who accepts an application blocks other taskers by choice.
export const countUnfundedAcceptances = async (
  database: Statements,
  { taskerId }: { taskerId: string },
): Promise<number> => {
  const row = await database.row<{ count: number }>`
    /* countUnfundedAcceptances */
    select count(*)::integer as count
    from tasks task
    where task.assignee_id = ${taskerId}
      and task.status = 'AWAITING_FUNDS'
      and exists (
        select
        from events event
        where event.task_id = task.id
          and event.type = 'task.accepted'
          and event.occurred_at = task.accepted_at
          and event.actor_id = task.assignee_id
      )`
  return row?.count ?? 0
}
