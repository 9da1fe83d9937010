/** Locks a task for a rule, and refuses callers who are not the required party without revealing more than they may see. */
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { type ForbiddenError, NotFoundError } from '../domain/errors.ts'
import { isStaff } from '../visibility/staffRights.ts'
import { hasApplied } from './applications.sql.ts'
import { accountSuspended, notAParty, notTheAssignee, notThePoster } from './errors.ts'
import { type LockedTask, lockTaskRow, lockTasksUnlessHeld } from './tasks.sql.ts'

/** The arguments of a rule in which a person acts on a task. */
export interface TaskAction {
  taskId: string
  caller: Caller
  expectedVersion: number | undefined
  reason: string | undefined
}

/** Locks a task for work without a caller, such as a result from the payment provider. Refuses with NotFoundError. */
export async function lockTask(tx: Tx, { taskId }: { taskId: string }): Promise<LockedTask> {
  const task = await lockTaskRow(tx, { taskId })
  if (!task) throw NotFoundError.of('tsk', taskId)
  return task
}

/** `lockTask` without waiting, for work that is retried: returns undefined while another transaction holds the lock. */
export async function lockTaskWithoutWaiting(tx: Tx, { taskId }: { taskId: string }): Promise<LockedTask | undefined> {
  const [task] = await lockTasksUnlessHeld(tx, { taskIds: [taskId] })
  return task
}

/** Refuses with NotFoundError if the caller may not see the task. Locks the task, so this stays true until the commit. */
export async function refuseUnlessVisible(
  tx: Tx,
  { taskId, caller }: { taskId: string; caller: Caller },
): Promise<void> {
  const task = await lockTask(tx, { taskId })
  if (!(await isVisible(tx, task, caller))) throw NotFoundError.of('tsk', taskId)
}

/**
 * Locks a task for its poster. Refuses with NotFoundError callers who may not see the task, with ForbiddenError other callers, and a
 * poster who has just been suspended.
 */
export async function lockTaskAsPoster(tx: Tx, request: { taskId: string; caller: Caller }): Promise<LockedTask> {
  const task = await lockTaskAs(tx, request, 'posterId', notThePoster)
  if (task.posterSuspended) throw accountSuspended()
  return task
}

/** Locks a task for its assignee. Refuses with NotFoundError callers who may not see the task, with ForbiddenError other callers. */
export async function lockTaskAsAssignee(tx: Tx, request: { taskId: string; caller: Caller }): Promise<LockedTask> {
  return lockTaskAs(tx, request, 'assigneeId', notTheAssignee)
}

/**
 * Locks a task for its poster or its assignee, and returns the other side with it; null while there is no assignee. Refuses with
 * NotFoundError callers who may not see the task, with ForbiddenError other callers, and a poster who has just been suspended.
 */
export async function lockTaskAsParty(
  tx: Tx,
  { taskId, caller }: { taskId: string; caller: Caller },
): Promise<{ task: LockedTask; otherSideId: string | null }> {
  const task = await lockTask(tx, { taskId })
  if (task.posterId === caller.id) {
    if (task.posterSuspended) throw accountSuspended()
    return { task, otherSideId: task.assigneeId }
  }
  if (task.assigneeId === caller.id) return { task, otherSideId: task.posterId }
  throw (await isVisible(tx, task, caller)) ? notAParty() : NotFoundError.of('tsk', taskId)
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

/** The condition of `visibleTasks`, for a locked row. */
async function isVisible(tx: Tx, task: LockedTask, caller: Caller): Promise<boolean> {
  if (task.posterId === caller.id) return true
  if (task.status === 'DRAFT') return false
  if (task.status === 'OPEN') {
    return !task.posterSuspended && (task.acceptanceMode !== 'INVITE_ONLY' || task.inviteeId === caller.id)
  }
  if (task.assigneeId === caller.id || (isStaff(caller) && task.inviteeId !== caller.id)) return true
  return hasApplied(tx, { taskId: task.id, applicantId: caller.id })
}
