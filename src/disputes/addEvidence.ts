import type { PublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { ValidationError } from '../domain/errors.ts'
import { recordTaskEvent } from '../events/recordEvent.ts'
import { attachFiles, refuseMissingFiles } from '../files/attachFiles.ts'
import { refuseUnlessOpen } from './disputeStatus.ts'
import { countEvidenceOf } from './disputes.sql.ts'
import { type LockedDispute, lockDisputeAs } from './lockDispute.ts'

/** The most files that one side can add. Staff look at each of them. */
const EVIDENCE_MAX = 50

/** The most files of a dispute: those of both sides. */
export const EVIDENCE_SHOWN_MAX = 2 * EVIDENCE_MAX

/** A statement and files of a party about an open dispute. */
export interface EvidenceRequest {
  disputeId: string
  caller: Caller
  statement: string | undefined
  evidenceIds: readonly PublicId[]
}

/**
 * A party adds files or a statement to an open dispute. The version of the task stays.
 * Refuses with NotFoundError (also for a file), ValidationError (a file for another purpose), ForbiddenError and IllegalTransitionError, in
 * this order; last with ValidationError beyond EVIDENCE_MAX files.
 */
export async function addEvidence(tx: Tx, request: EvidenceRequest): Promise<{ disputeId: string; taskId: string }> {
  const { disputeId, caller, statement, evidenceIds } = request
  await refuseMissingFiles(tx, { ids: evidenceIds, uploaderId: caller.id, to: { disputeId } })
  const { task, dispute, at } = await lockDisputeAs(tx, { disputeId, caller }, 'party')
  refuseUnlessOpen(dispute.status, 'addEvidence')
  await attachEvidence(tx, { dispute }, request)
  await recordTaskEvent(tx, {
    type: 'task.dispute_evidence_added',
    taskId: task.id,
    taskVersion: task.version,
    at,
    actorId: caller.id,
    reason: statement ?? null,
    reasonFor: [task.posterId, dispute.taskerId],
    recipientIds: [task.posterId, dispute.taskerId],
  })
  return { disputeId, taskId: task.id }
}

/** Attaches files to a locked open dispute. Refuses with ValidationError beyond EVIDENCE_MAX files of the caller. */
export async function attachEvidence(
  tx: Tx,
  { dispute }: Pick<LockedDispute, 'dispute'>,
  { caller, evidenceIds }: Pick<EvidenceRequest, 'caller' | 'evidenceIds'>,
): Promise<void> {
  if (evidenceIds.length === 0) return
  const { id: disputeId } = dispute
  const { count = 0 } = (await countEvidenceOf(tx, { disputeId, uploaderId: caller.id })) ?? {}
  if (count + evidenceIds.length > EVIDENCE_MAX) {
    const message = `You can add at most ${EVIDENCE_MAX} files to a dispute, and have added ${count}. Send fewer.`
    throw new ValidationError([{ path: ['input', 'evidenceIds'], message }])
  }
  await attachFiles(tx, { ids: evidenceIds, uploaderId: caller.id, to: { disputeId } })
}
