import type { PublicId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { ValidationError } from '../../domain/errors.ts'
import { isSameMoney } from '../../domain/money.ts'
import { feeRuleInForce } from '../../fees/feeRules.ts'
import { refuseLowPrice } from '../../fees/refuseLowPrice.ts'
import { refuseMissingFiles, replaceFiles } from '../../files/attachFiles.ts'
import { refuseUnpayablePrice } from '../../payments/port/payable.ts'
import type { ProviderTraits } from '../../payments/port/traits.ts'
import { fitApplicationsToOffer, readPendingApplicants } from '../applications.sql.ts'
import { budgetIsPaid, budgetOf, refuseAfterDeadline, refuseStaleVersion, refuseUnfitDeadline } from '../errors.ts'
import { lockTaskAsPoster } from '../lockTask.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { type LockedTask, readHoldFacts, type TaskContent, updateTaskContent } from '../tasks.sql.ts'
import { haveTermsChanged } from '../terms.ts'
import { refuseWrongInvitation } from './invitation.ts'
import { refuseUnknownReferences } from './refuseUnknownReferences.ts'

/**
 * The poster changes a draft or an open task: absent fields stay, null clears a field.
 * Applications keep their price. If the terms change, pending applicants are notified and must confirm. An invitation closes the
 * applications of all but the invitee.
 * Refuses, in this order: NotFoundError for the task, its new category, invitee or attachments; ForbiddenError; StaleVersionError;
 * IllegalTransitionError for the status, for a passed deadline (from EXPIRED), and for another budget while a payment is in progress or
 * held, which depends on the state of the task and not on the input alone; ValidationError for another currency after an application
 * or a payment, for another budget below the minimum price or not payable, for an invitee that does not fit the mode, and for a deadline in the past or more than ten years ahead.
 */
export async function updateTask(
  tx: Tx,
  {
    taskId,
    caller,
    expectedVersion,
    changes,
    attachmentIds,
    traits,
  }: {
    taskId: string
    caller: Caller
    expectedVersion: number
    changes: Partial<TaskContent>
    /** All attachments after the update; undefined keeps the current ones. */
    attachmentIds: readonly PublicId[] | undefined
    /** The limits of the payment provider. */
    traits: ProviderTraits
  },
): Promise<{ taskId: string }> {
  const { categoryId = null, inviteeId = null } = changes
  await refuseUnknownReferences(tx, { categoryId, inviteeId })
  const files = attachmentIds && { ids: attachmentIds, uploaderId: caller.id, to: { taskId } }
  if (files) await refuseMissingFiles(tx, files)
  const task = await lockTaskAsPoster(tx, { taskId, caller })
  const at = task.now
  refuseStaleVersion('task', task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'updateTask')
  if (task.status === 'OPEN') refuseAfterDeadline(task, at, 'updateTask')
  const content = applyChanges(task, changes)
  if (!isSameMoney(budgetOf(task), budgetOf(content))) await refuseOtherBudget(tx, { task, content, traits })
  refuseWrongInvitation({ ...content, posterId: task.posterId })
  refuseUnfitDeadline(changes.deadline, at, ['input', 'deadline'])
  const hasOtherFiles = files ? await replaceFiles(tx, files) : false
  const { recipients, isOfferedAgain } = await settleApplications(tx, { task, content })
  // Applicants whose applications an invitation had closed must confirm, too, because they have agreed to nothing since.
  const changesTerms = hasOtherFiles || isOfferedAgain || haveTermsChanged(task, content)
  await updateTaskContent(tx, { ...content, taskId, at, changesTerms })
  await recordTaskChange(tx, { type: 'task.updated', task, at, actorId: caller.id, others: recipients })
  return { taskId }
}

/** Closes and reopens applications to fit the new offer. Returns the recipients of the event besides the poster. */
async function settleApplications(
  tx: Tx,
  { task, content }: { task: LockedTask; content: TaskContent },
): Promise<{ recipients: (string | null)[]; isOfferedAgain: boolean }> {
  if (task.status !== 'OPEN') return { recipients: [], isOfferedAgain: false }
  const { id: taskId } = task
  const settled =
    content.inviteeId === task.inviteeId
      ? []
      : await fitApplicationsToOffer(tx, { taskId, inviteeId: content.inviteeId })
  const pending = await readPendingApplicants(tx, { taskId })
  return {
    recipients: [task.inviteeId, content.inviteeId, ...[...settled, ...pending].map(({ applicantId }) => applicantId)],
    isOfferedAgain: settled.some(({ status }) => status === 'PENDING'),
  }
}

/** Applies the changes. Another mode than INVITE_ONLY also clears the invitee, even if the input does not. */
function applyChanges(task: LockedTask, changes: Partial<TaskContent>): TaskContent {
  const isInviteOnly = (changes.acceptanceMode ?? task.acceptanceMode) === 'INVITE_ONLY'
  return { ...task, ...(isInviteOnly ? {} : { inviteeId: null }), ...changes }
}

async function refuseOtherBudget(
  tx: Tx,
  { task, content, traits }: { task: LockedTask; content: TaskContent; traits: ProviderTraits },
): Promise<void> {
  const [{ hasLiveHold, hadHold }, feeRule] = await Promise.all([
    readHoldFacts(tx, { taskId: task.id }),
    feeRuleInForce(tx),
  ])
  if (hasLiveHold) throw budgetIsPaid(task.status)
  // One currency per task, because its applications and its money trail must add up.
  if (content.currency !== task.currency && (hadHold || task.lastArrivalNumber > 0)) {
    const path = ['input', 'budget', 'currencyCode']
    throw new ValidationError([
      {
        path,
        message: `The task already has applications or payments in ${task.currency}. Send the budget in ${task.currency}.`,
      },
    ])
  }
  refuseLowPrice(budgetOf(content), feeRule, ['input', 'budget', 'amount'])
  refuseUnpayablePrice({ traits, terms: feeRule }, budgetOf(content), ['input', 'budget'])
}
