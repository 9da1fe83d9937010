import { recordAudit } from '../audit/audit.ts'
import { fromPublicId, type PublicId } from '../db/ids.ts'
import { type Tx, withTransaction } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { NotFoundError, ValidationError } from '../domain/errors.ts'
import { answerOnce } from '../domain/idempotency.ts'
import { attachFiles, countEvidence, listEvidence, refuseMissingFiles } from '../files/attachFiles.ts'
import { type EvidenceLimits, reasonAgainstFiles } from '../payments/port/evidenceLimits.ts'
import { LEASE_MS } from '../transfers/schedule.ts'
import { refuseOwnMatter } from '../transfers/staffAct.ts'
import { noMoreEvidence } from './chargebackStatus.ts'
import { saveChargeback } from './chargebacks.sql.ts'
import { type LockedChargeback, lockChargeback } from './lockChargeback.ts'
import { type EvidenceWork, sendEvidence } from './sendEvidence.ts'

/** The most files of a chargeback: all of them are sent with each draft. */
export const EVIDENCE_MAX = 50

const MUTATION = 'submitChargebackEvidence'

interface Submission {
  chargebackId: PublicId
  statement: string
  /** Files to add to those of earlier drafts. */
  evidenceIds: readonly PublicId[]
  /** False: a draft, which the next one replaces. */
  isFinal: boolean
  idempotencyKey: string
  requestHash: Buffer
  caller: Caller
  requestId: string
}

/**
 * Sends a statement and files against a chargeback to the provider, by finance staff. The intent is committed before the provider is
 * called, outside of any transaction; a call that is lost is repeated by a timer. The answer shows the state by then.
 * Refuses, in this order: the errors of the idempotency key; NotFoundError (also for a file); ValidationError (a file for another
 * purpose); ForbiddenError (conflict of interest); IllegalTransitionError (submitted, decided, too late, or still being sent);
 * ValidationError (too many files, or files that the provider does not take together with those of earlier drafts).
 */
export async function submitChargebackEvidence(
  work: EvidenceWork,
  submission: Submission,
): Promise<{ chargebackId: string; replayed: boolean }> {
  const { caller, idempotencyKey: key, requestHash } = submission
  const chargebackId = fromPublicId('cbk', submission.chargebackId)
  const request = { callerId: caller.id, mutation: MUTATION, key, requestHash }
  const { replayed } = await withTransaction(work.database, (tx) =>
    answerOnce(tx, request, async () => {
      if (!chargebackId) throw new NotFoundError(submission.chargebackId)
      await storeEvidence(tx, chargebackId, { ...submission, limits: work.payments.traits.evidence })
      return { chargebackId }
    }),
  )
  if (!chargebackId) throw new NotFoundError(submission.chargebackId)
  if (!replayed) await sendEvidence(work, { chargebackId, actorId: caller.id })
  return { chargebackId, replayed }
}

/** Stores the evidence, due to be sent, with a lease for the caller, who is about to send it. */
async function storeEvidence(
  tx: Tx,
  chargebackId: string,
  submission: Submission & { limits: EvidenceLimits | null },
): Promise<void> {
  const { caller, statement, evidenceIds: ids, isFinal, requestId, limits } = submission
  const files = { ids, uploaderId: caller.id, to: { chargebackId } }
  await refuseMissingFiles(tx, files)
  const locked = await lockChargeback(tx, { chargebackId })
  if (!locked) throw NotFoundError.of('cbk', chargebackId)
  const { task, chargeback, at, realNow } = locked
  await refuseOwnMatter(tx, task, caller)
  refuseUnlessTaken(locked)
  await refuseTooMany(tx, chargebackId, ids.length)
  await attachFiles(tx, files)
  if (limits) await refuseUntakenFiles(tx, chargebackId, limits)
  await saveChargeback(tx, {
    ...chargeback,
    statement,
    evidenceIsFinal: isFinal,
    evidenceNumber: chargeback.evidenceNumber + 1,
    evidenceDueAt: at,
    evidenceRetryCount: 0,
    evidenceLeaseUntil: new Date(realNow.getTime() + LEASE_MS),
    evidenceFailureCode: null,
    evidenceFailureMessage: null,
    evidenceFailureRetryable: null,
  })
  const action = isFinal ? 'chargeback.evidence_submitted' : 'chargeback.evidence_saved'
  await recordAudit(tx, { action, actorId: caller.id, subject: { prefix: 'cbk', id: chargebackId }, requestId, at })
}

function refuseUnlessTaken({ chargeback, at }: LockedChargeback): void {
  const { status, evidenceDueAt, evidenceDueBy } = chargeback
  if (status !== 'NEEDS_RESPONSE') throw noMoreEvidence(status)
  if (evidenceDueAt)
    throw noMoreEvidence(status, 'The last evidence is still on its way to the provider. Try again later.')
  if (evidenceDueBy === null) throw noMoreEvidence(status, 'The provider takes no evidence for this chargeback.')
  if (evidenceDueBy <= at) throw noMoreEvidence(status, 'The time for evidence is over.')
}

async function refuseTooMany(tx: Tx, chargebackId: string, added: number): Promise<void> {
  if (added === 0) return
  const count = await countEvidence(tx, { chargebackId })
  if (count + added <= EVIDENCE_MAX) return
  const message = `A chargeback takes at most ${EVIDENCE_MAX} files, and has ${count}. Send fewer.`
  throw new ValidationError([{ path: ['input', 'evidenceIds'], message }])
}

/** Each draft, and the final evidence, is sent with all files. */
async function refuseUntakenFiles(tx: Tx, chargebackId: string, limits: EvidenceLimits): Promise<void> {
  const reason = reasonAgainstFiles(limits, await listEvidence(tx, { chargebackId }))
  if (reason) throw new ValidationError([{ path: ['input', 'evidenceIds'], message: reason.message }])
}
