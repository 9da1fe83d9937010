import type { Tx } from '../db/transaction.ts'
import { refuseMissingFiles } from '../files/attachFiles.ts'
import { resumeTask } from '../tasks/moveDisputedTask.ts'
import { lockFrozenHold, thawHold } from '../transfers/holds/freezeHold.ts'
import { attachEvidence, type EvidenceRequest } from './addEvidence.ts'
import { refuseUnlessOpen } from './disputeStatus.ts'
import { setDisputeWithdrawn } from './disputes.sql.ts'
import { lockDisputeAs } from './lockDispute.ts'

/**
 * The opener withdraws an open dispute. The money is thawed, and the task has its former status; the poster of submitted work has the whole
 * window of approval again. Files are added to the dispute before its end.
 * Refuses with NotFoundError (also for a file), ValidationError (a file for another purpose), ForbiddenError and IllegalTransitionError, in
 * this order; last with ValidationError for too many files.
 */
export async function withdrawDispute(
  tx: Tx,
  request: EvidenceRequest,
): Promise<{ disputeId: string; taskId: string }> {
  const { disputeId, caller, statement, evidenceIds } = request
  await refuseMissingFiles(tx, { ids: evidenceIds, uploaderId: caller.id, to: { disputeId } })
  const { task, dispute, at } = await lockDisputeAs(tx, { disputeId, caller }, 'opener')
  refuseUnlessOpen(dispute.status, 'withdrawDispute')
  const hold = await lockFrozenHold(tx, dispute)
  await attachEvidence(tx, { dispute }, request)
  await setDisputeWithdrawn(tx, { disputeId, at })
  await thawHold(tx, { hold, at })
  const opener = caller.id === task.posterId ? 'poster' : 'tasker'
  const next =
    dispute.taskStatusBefore === 'SUBMITTED'
      ? 'The poster has 5 days to approve the work or request changes.'
      : 'The tasker can go on with the work.'
  await resumeTask(tx, {
    task,
    status: dispute.taskStatusBefore,
    actorId: caller.id,
    reason: statement,
    message: `The ${opener} withdrew the dispute. ${next}`,
  })
  return { disputeId, taskId: task.id }
}
