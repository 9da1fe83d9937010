/** Sends the evidence of a chargeback: the provider is called outside of any transaction, and the outcome is committed after it. */
import type { Chargeback } from '../db/generated/client.ts'
import { textOf, toPublicId } from '../db/ids.ts'
import { type Tx, withTransaction } from '../db/transaction.ts'
import { evidenceOf } from '../files/evidenceOf.ts'
import type { FileStore } from '../files/store/store.ts'
import type { Work } from '../jobs/timer.ts'
import type { EvidenceOutcome } from '../payments/port/chargebacks.ts'
import { LEASE_MS, retryAfter } from '../transfers/schedule.ts'
import { lookUpSoonAt } from './chargebackStatus.ts'
import { readEvidenceToSend, saveChargeback } from './chargebacks.sql.ts'
import { type LockedChargeback, lockChargeback, lockChargebackWithoutWaiting } from './lockChargeback.ts'
import { recordChargebackEvent } from './recordChargebackEvent.ts'

/** Work that reads files. */
export interface EvidenceWork extends Work {
  store: FileStore
}

const NOTHING_DUE = { evidenceDueAt: null, evidenceRetryCount: 0, evidenceLeaseUntil: null } as const
const NO_FAILURE = { evidenceFailureCode: null, evidenceFailureMessage: null, evidenceFailureRetryable: null } as const

/** Sends evidence that is due and that no living process sends; returns true if it was due. */
export async function sendDueEvidence(
  work: EvidenceWork,
  { chargebackId }: { chargebackId: string },
): Promise<boolean> {
  if (!(await withTransaction(work.database, (tx) => claim(tx, { chargebackId })))) return false
  await sendEvidence(work, { chargebackId, actorId: null })
  return true
}

/** Sends the evidence for which the caller has the lease, and saves the outcome. */
export async function sendEvidence(
  work: EvidenceWork,
  { chargebackId, actorId }: { chargebackId: string; actorId: string | null },
): Promise<void> {
  const { database, payments, log } = work
  const evidence = await readEvidenceToSend(database, { chargebackId })
  const bank = payments.chargebacks
  if (!evidence || !bank) return
  const { providerReference, statement, isFinal, number, retryCount } = evidence
  const reference = textOf(toPublicId('cbk', chargebackId))
  const outcome = await bank.submitEvidence({
    reference,
    providerReference,
    // The same key after an unknown outcome, another after a refusal.
    idempotencyKey: `${reference}-${number}-${retryCount + 1}`,
    statement,
    files: await evidenceOf(work, { chargebackId }),
    isFinal,
  })
  log.info({ chargeback: reference, isFinal, outcome: outcome.kind }, 'evidence sent')
  const isApplied = await withTransaction(database, (tx) => settle(tx, { chargebackId, number, outcome, actorId }))
  if (!isApplied) log.warn({ chargeback: reference }, 'late answer of the provider ignored')
}

async function claim(tx: Tx, { chargebackId }: { chargebackId: string }): Promise<boolean> {
  const locked = await lockChargebackWithoutWaiting(tx, { chargebackId })
  if (!locked) return false
  const { chargeback, at, realNow } = locked
  const { evidenceDueAt, evidenceLeaseUntil } = chargeback
  const isBeingSent = evidenceLeaseUntil !== null && evidenceLeaseUntil > realNow
  if (!evidenceDueAt || evidenceDueAt > at || isBeingSent) return false
  await saveChargeback(tx, { ...chargeback, evidenceLeaseUntil: new Date(realNow.getTime() + LEASE_MS) })
  return true
}

/** Applies the answer; returns false, and ignores it, if other evidence was sent, or the provider's report came first. */
async function settle(
  tx: Tx,
  {
    chargebackId,
    number,
    outcome,
    actorId,
  }: { chargebackId: string; number: number; outcome: EvidenceOutcome; actorId: string | null },
): Promise<boolean> {
  const locked = await lockChargeback(tx, { chargebackId })
  if (!locked) throw new Error('The chargeback no longer exists.')
  const { chargeback, at } = locked
  if (chargeback.evidenceNumber !== number || !chargeback.evidenceDueAt) return false
  if (outcome.kind === 'accepted') await received(tx, locked, { actorId })
  else if (outcome.kind === 'refused') await refused(tx, locked, outcome)
  else {
    const evidenceDueAt = outcome.kind === 'not_sent' ? new Date(at.getTime() + outcome.retryAfterMs) : lookUpSoonAt(at)
    await saveChargeback(tx, { ...chargeback, evidenceDueAt, evidenceLeaseUntil: null })
  }
  return true
}

/** The provider has the evidence. Final evidence is under review. */
export async function received(
  tx: Tx,
  locked: LockedChargeback,
  { actorId }: { actorId: string | null },
): Promise<void> {
  const { chargeback, at } = locked
  const sent: Chargeback = { ...chargeback, ...NOTHING_DUE, ...NO_FAILURE }
  if (!chargeback.evidenceIsFinal) {
    await saveChargeback(tx, sent)
    await recordChargebackEvent(tx, locked, 'task.chargeback_evidence_saved', { actorId })
    return
  }
  await saveChargeback(tx, { ...sent, status: 'UNDER_REVIEW', submittedAt: at, remindAt: null })
  await recordChargebackEvent(tx, locked, 'task.chargeback_evidence_submitted', { actorId })
}

/** It is sent again on the schedule of payments if the refusal is for now. */
async function refused(
  tx: Tx,
  locked: LockedChargeback,
  { code, message, isFinal }: Extract<EvidenceOutcome, { kind: 'refused' }>,
): Promise<void> {
  const { chargeback, at } = locked
  const evidenceDueAt = isFinal ? undefined : retryAfter(chargeback.evidenceRetryCount, at)
  const failure = {
    evidenceFailureCode: code,
    evidenceFailureMessage: message,
    evidenceFailureRetryable: !isFinal,
  }
  if (evidenceDueAt) {
    const evidenceRetryCount = chargeback.evidenceRetryCount + 1
    await saveChargeback(tx, { ...chargeback, ...failure, evidenceDueAt, evidenceRetryCount, evidenceLeaseUntil: null })
    return
  }
  await saveChargeback(tx, { ...chargeback, ...NOTHING_DUE, ...failure })
  await recordChargebackEvent(tx, locked, 'task.chargeback_evidence_refused', { reason: message })
}
