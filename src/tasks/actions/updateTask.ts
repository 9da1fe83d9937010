import type { PublicId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { ValidationError } from '../../domain/errors.ts'
import { isSameMoney } from '../../domain/money.ts'
import { refuseMissingFiles, replaceFiles } from '../../files/attachFiles.ts'
import { fitApplicationsToOffer, readPendingApplicants } from '../applications.sql.ts'
import { budgetIsPaid, budgetOf, refuseAfterDeadline, refuseStaleVersion, refuseUnfitDeadline } from '../errors.ts'
import { lockTaskAsPoster } from '../lockTask.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { type LockedTask, readHoldFacts, type TaskContent, updateTaskContent } from '../tasks.sql.ts'
import { areOtherTerms } from '../terms.ts'
import { refuseWrongInvitation } from './invitation.ts'
import { refuseUnknownReferences } from './refuseUnknownReferences.ts'

/**
 * The poster changes what they say of a task that nobody has yet: what is absent stays, what is null is cleared.
 * Applications keep their own price. Those that wait were made for the terms as they were: once these change, their applicants
 * are told, and have to confirm. An invitation closes those of everybody but the invitee.
 * Refuses, in this order: NotFoundError for the task, its new category, invitee or attachment; ForbiddenError; StaleVersionError;
 * IllegalTransitionError by the status, for a deadline that passed (from EXPIRED), and for another budget while a payment for the
 * present one is under way or held: that depends on what the task has gone through, not on the input alone. Last, with
 * ValidationError: an invitee that does not fit the mode, another currency once somebody applied or paid, a deadline that is past
 * or more than ten years ahead.
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
    attachmentIds: readonly PublicId[] | undefined
  },
): Promise<{ taskId: string }> {
  const { categoryId = null, inviteeId = null } = changes
  await refuseUnknownReferences(tx, { categoryId, inviteeId })
  const files = attachmentIds && { ids: attachmentIds, ownerId: caller.id, to: { taskId } }
  if (files) await refuseMissingFiles(tx, files)
  const task = await lockTaskAsPoster(tx, { taskId, caller })
  const at = task.now
  refuseStaleVersion('task', task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'updateTask')
  if (task.status === 'OPEN') refuseAfterDeadline(task, at, 'updateTask')
  const content = applyChanges(task, changes)
  if (!isSameMoney(budgetOf(task), budgetOf(content))) await refuseOtherBudget(tx, task, content)
  refuseWrongInvitation({ ...content, posterId: task.posterId })
  refuseUnfitDeadline(changes.deadline, at, ['input', 'deadline'])
  const hasOtherFiles = files ? await replaceFiles(tx, files) : false
  const { concerned, isOfferedAgain } = await settleApplications(tx, { task, content })
  // Applicants whom an invitation had closed have agreed to nothing since, so they confirm, too.
  const changesTerms = hasOtherFiles || isOfferedAgain || areOtherTerms(task, content)
  await updateTaskContent(tx, { ...content, taskId, at, changesTerms })
  await recordTaskChange(tx, { type: 'task.updated', task, at, actorId: caller.id, others: concerned })
  return { taskId }
}

/** Closes and re-opens the applications that the new offer does not fit, and gives whom the change concerns beside the poster. */
async function settleApplications(
  tx: Tx,
  { task, content }: { task: LockedTask; content: TaskContent },
): Promise<{ concerned: (string | null)[]; isOfferedAgain: boolean }> {
  if (task.status !== 'OPEN') return { concerned: [], isOfferedAgain: false }
  const { id: taskId } = task
  const settled =
    content.inviteeId === task.inviteeId
      ? []
      : await fitApplicationsToOffer(tx, { taskId, inviteeId: content.inviteeId })
  const pending = await readPendingApplicants(tx, { taskId })
  return {
    concerned: [task.inviteeId, content.inviteeId, ...[...settled, ...pending].map(({ applicantId }) => applicantId)],
    isOfferedAgain: settled.some(({ status }) => status === 'PENDING'),
  }
}

/** An invitation goes with its mode: a task that is for all again has no invitee, though the client did not say so. */
function applyChanges(task: LockedTask, changes: Partial<TaskContent>): TaskContent {
  const isInviteOnly = (changes.acceptanceMode ?? task.acceptanceMode) === 'INVITE_ONLY'
  return { ...task, ...(isInviteOnly ? {} : { inviteeId: null }), ...changes }
}

async function refuseOtherBudget(tx: Tx, task: LockedTask, content: TaskContent): Promise<void> {
  const { hasLiveHold, hadHold } = await readHoldFacts(tx, { taskId: task.id })
  if (hasLiveHold) throw budgetIsPaid(task.status)
  // One task, one currency: its applications and the trail of its money would otherwise not add up.
  if (content.currency !== task.currency && (hadHold || task.lastArrivalNumber > 0)) {
    const path = ['input', 'budget', 'currencyCode']
    throw new ValidationError([
      {
        path,
        message: `The task already has applications or payments in ${task.currency}. Send the budget in ${task.currency}.`,
      },
    ])
  }
}
