import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { ValidationError } from '../domain/errors.ts'
import { isSameMoney } from '../domain/money.ts'
import { refuseMissingFiles, replaceFiles } from '../files/attachFiles.ts'
import { budgetOf, refuseAfterDeadline, refusePastDeadline, refuseStaleVersion } from './errors.ts'
import { refuseWrongInvitation } from './invitation.ts'
import { lockTaskAsPoster } from './lockTask.ts'
import { recordTaskChange } from './recordTaskChange.ts'
import { refuseUnknownReferences } from './refuseUnknownReferences.ts'
import { illegalAction, refuseUnlessStatusAllows } from './taskStatus.ts'
import { type LockedTask, readHoldFacts, type TaskContent, updateTaskContent } from './tasks.sql.ts'

/**
 * The poster changes what they say of a task that nobody has yet: what is absent stays, what is null is cleared.
 * Applications keep their own price.
 * Refuses, in this order: NotFoundError for the task, its new category, invitee or attachment; ForbiddenError; StaleVersionError;
 * IllegalTransitionError by the status, for a deadline that passed (from EXPIRED), and for another budget while a payment for the
 * present one is under way or held: that depends on what the task has gone through, not on the input alone. Last, with
 * ValidationError: an invitee that does not fit the mode, another currency once somebody applied or paid, a past deadline.
 */
export async function updateTask(
  tx: Tx,
  {
    taskId,
    caller,
    expectedVersion,
    changes,
    attachmentIds,
  }: {
    taskId: string
    caller: Caller
    expectedVersion: number
    changes: Partial<TaskContent>
    /** All that it is to have; undefined leaves those that it has. */
    attachmentIds: readonly string[] | undefined
  },
): Promise<{ taskId: string }> {
  const { categoryId = null, inviteeId = null } = changes
  await refuseUnknownReferences(tx, { categoryId, inviteeId })
  const files = attachmentIds && { ids: attachmentIds, ownerId: caller.id, to: { taskId } }
  if (files) await refuseMissingFiles(tx, files)
  const task = await lockTaskAsPoster(tx, { taskId, caller })
  const at = task.now
  refuseStaleVersion(task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'updateTask')
  if (task.status === 'OPEN') refuseAfterDeadline(task, at, 'updateTask')
  const content = applyChanges(task, changes)
  if (!isSameMoney(budgetOf(task), budgetOf(content))) await refuseOtherBudget(tx, task, content)
  refuseWrongInvitation({ ...content, posterId: task.posterId })
  refusePastDeadline(changes.deadline, at, ['input', 'deadline'])
  await updateTaskContent(tx, { ...content, taskId, at })
  if (files) await replaceFiles(tx, files)
  const others = task.status === 'OPEN' ? [task.inviteeId, content.inviteeId] : []
  await recordTaskChange(tx, { type: 'task.updated', task, at, actorId: caller.id, others })
  return { taskId }
}

/** An invitation goes with its mode: a task that is for all again has no invitee, though the client did not say so. */
function applyChanges(task: LockedTask, changes: Partial<TaskContent>): TaskContent {
  const isInviteOnly = (changes.acceptanceMode ?? task.acceptanceMode) === 'INVITE_ONLY'
  return { ...task, ...(isInviteOnly ? {} : { inviteeId: null }), ...changes }
}

async function refuseOtherBudget(tx: Tx, task: LockedTask, content: TaskContent): Promise<void> {
  const { hasLiveHold, hadHold } = await readHoldFacts(tx, { taskId: task.id })
  if (hasLiveHold) throw illegalAction(task.status, 'updateTask')
  // One task, one currency: its applications and the trail of its money would otherwise not add up.
  if (content.currency !== task.currency && (hadHold || task.lastArrivalNumber > 0)) {
    const path = ['input', 'budget', 'currencyCode']
    throw new ValidationError([{ path, message: `Somebody has applied or paid in ${task.currency}; it stays so.` }])
  }
}
