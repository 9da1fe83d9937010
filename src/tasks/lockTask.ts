/** How a rule gets hold of a task: locked, for the one whose task it is. Everybody else learns no more than they may see. */
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { type ForbiddenError, NotFoundError } from '../domain/errors.ts'
import { isStaff } from '../visibility/staffRights.ts'
import { hasApplied } from './applications.sql.ts'
import { accountSuspended, notTheAssignee, notThePoster } from './errors.ts'
import { type LockedTask, lockTaskRow, lockTasksUnlessHeld } from './tasks.sql.ts'

/** What a person does with a task, and why. */
export interface TaskAction {
  taskId: string
  caller: Caller
  expectedVersion: number | undefined
  reason: string | undefined
}

/** Locks a task for work that no person asked for, such as what the payment provider says. Refuses with NotFoundError. */
export async function lockTask(tx: Tx, { taskId }: { taskId: string }): Promise<LockedTask> {
  const task = await lockTaskRow(tx, { taskId })
  if (!task) throw NotFoundError.of('tsk', taskId)
  return task
}

/** The same without waiting, for work that comes again: undefined while somebody else holds the task. */
export async function lockTaskWithoutWaiting(tx: Tx, { taskId }: { taskId: string }): Promise<LockedTask | undefined> {
  const [task] = await lockTasksUnlessHeld(tx, { taskIds: [taskId] })
  return task
}

/** Refuses with NotFoundError when there is no such task for the caller. It stays locked, so what they see is so until the end. */
export async function refuseUnlessVisible(
  tx: Tx,
  { taskId, caller }: { taskId: string; caller: Caller },
): Promise<void> {
  const task = await lockTask(tx, { taskId })
  if (!(await isVisible(tx, task, caller))) throw NotFoundError.of('tsk', taskId)
}

/**
 * Locks a task for its poster. Refuses with ForbiddenError whoever may see it, and a poster suspended in this moment; with
 * NotFoundError whoever may not see it.
 */
export async function lockTaskAsPoster(tx: Tx, request: { taskId: string; caller: Caller }): Promise<LockedTask> {
  const task = await lockTaskAs(tx, request, 'posterId', notThePoster)
  if (task.posterSuspended) throw accountSuspended()
  return task
}

/** Locks a task for its assignee. Refuses with ForbiddenError whoever may see it, with NotFoundError whoever may not. */
export async function lockTaskAsAssignee(tx: Tx, request: { taskId: string; caller: Caller }): Promise<LockedTask> {
  return lockTaskAs(tx, request, 'assigneeId', notTheAssignee)
}

async function lockTaskAs(
  tx: Tx,
  { taskId, caller }: { taskId: string; caller: Caller },
  party: 'posterId' | 'assigneeId',
  refusal: () => ForbiddenError,
): Promise<LockedTask> {
  const task = await lockTask(tx, { taskId })
  if (task[party] === caller.id) return task
  throw (await isVisible(tx, task, caller)) ? refusal() : NotFoundError.of('tsk', taskId)
}

/** The same that `visibleTasks` says to the database, about a row that is locked already. */
async function isVisible(tx: Tx, task: LockedTask, caller: Caller): Promise<boolean> {
  if (task.posterId === caller.id) return true
  if (task.status === 'DRAFT') return false
  if (task.status === 'OPEN') {
    return !task.posterSuspended && (task.acceptanceMode !== 'INVITE_ONLY' || task.inviteeId === caller.id)
  }
  if (task.assigneeId === caller.id || (isStaff(caller) && task.inviteeId !== caller.id)) return true
  return hasApplied(tx, { taskId: task.id, applicantId: caller.id })
}
