import { newId, type PublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { attachFiles, refuseMissingFiles } from '../files/attachFiles.ts'
import { startSupportChatAbout } from '../support/startSupportChat.ts'
import { lockTaskAsParty } from '../tasks/lockTask.ts'
import { disputeTask } from '../tasks/moveDisputedTask.ts'
import { refuseUnlessStatusAllows } from '../tasks/taskStatus.ts'
import { freezeHold } from '../transfers/holds/freezeHold.ts'
import { nextOverdueAt } from './disputeStatus.ts'
import { insertDispute } from './disputes.sql.ts'

/**
 * The poster or the assignee disputes work in progress or submitted work. The held money is frozen, the timer of the automatic approval
 * stops, and the opener has a support chat about the dispute, all in one transaction.
 * Refuses with NotFoundError (also for a file), ValidationError (a file for another purpose), ForbiddenError and IllegalTransitionError, in
 * this order; last with ValidationError if the open support chat of the opener cannot have another topic.
 */
export async function openDispute(
  tx: Tx,
  {
    taskId,
    caller,
    reason,
    evidenceIds,
  }: { taskId: string; caller: Caller; reason: string; evidenceIds: readonly PublicId[] },
): Promise<{ disputeId: string; taskId: string }> {
  const disputeId = newId()
  const files = { ids: evidenceIds, uploaderId: caller.id, to: { disputeId } }
  await refuseMissingFiles(tx, files)
  const { task } = await lockTaskAsParty(tx, { taskId, caller })
  refuseUnlessStatusAllows(task.status, 'openDispute')
  if (task.assigneeId === null) throw new Error('A task in work has no assignee.')
  const at = task.now
  const hold = await freezeHold(tx, { taskId })
  await insertDispute(tx, {
    id: disputeId,
    taskId,
    holdId: hold.id,
    taskerId: task.assigneeId,
    openedById: caller.id,
    taskStatusBefore: task.status,
    reason,
    openedAt: at,
    currency: hold.currency,
    overdueAt: nextOverdueAt({ openedAt: at, after: at }),
  })
  await attachFiles(tx, files)
  const opener = caller.id === task.posterId ? 'poster' : 'tasker'
  const message = `The ${opener} opened a dispute. The money is frozen until customer service decides. Both sides can add evidence.`
  await disputeTask(tx, { task, actorId: caller.id, reason, message })
  const request = { caller, subject: 'Dispute', message: reason, attachmentIds: [] }
  await startSupportChatAbout(tx, request, { topic: { taskId, transferId: null, disputeId }, field: 'taskId' })
  return { disputeId, taskId }
}
