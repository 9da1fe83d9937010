/** Follows a chargeback at the provider. Webhooks and a timer make us ask; only the answer counts, in any order and any number. */
import type { Chargeback } from '../db/generated/client.ts'
import { asPublicId, fromPublicId, newId } from '../db/ids.ts'
import { type Tx, withTransaction } from '../db/transaction.ts'
import type { Work } from '../jobs/timer.ts'
import type { ChargebackFinding, ChargebackReport } from '../payments/port/chargebacks.ts'
import { freezeLockedHold } from '../transfers/holds/freezeHold.ts'
import { type LockedHold, lockHoldWithTask } from '../transfers/holds/lockHoldWithTask.ts'
import { lookUpCharge } from '../transfers/holds/lookUpCharge.ts'
import { followReport } from './changeChargeback.ts'
import { nextLookUpAt, nextReminderAt } from './chargebackStatus.ts'
import { insertChargeback, lockChargebackNamed, readHoldOfChargeback, saveChargeback } from './chargebacks.sql.ts'
import { lockChargebackWithoutWaiting } from './lockChargeback.ts'
import { recordChargebackEvent } from './recordChargebackEvent.ts'

/**
 * Reads a chargeback at the provider because a webhook named it, and applies the finding. The first notice freezes the hold. Throws if
 * the provider cannot be reached or the payment is not settled yet, so that the provider sends its webhook again.
 */
export async function noticeChargeback(
  work: Work,
  { providerReference }: { providerReference: string },
): Promise<void> {
  const finding = await readAtProvider(work, providerReference)
  if (finding.kind === 'unreachable') throw new Error('The chargeback could not be read at the provider.')
  if (finding.kind === 'known') await applyReport(work, providerReference, finding)
}

/** Looks up an open chargeback if its look-up is due; returns true if it was. Schedules the next look-up before the call. */
export async function lookUpDueChargeback(work: Work, { chargebackId }: { chargebackId: string }): Promise<boolean> {
  if (!(await withTransaction(work.database, (tx) => claimLookUp(tx, { chargebackId })))) return false
  await lookUpChargeback(work, { chargebackId })
  return true
}

/** Looks up a chargeback now. Does nothing if the provider cannot be reached: a timer asks again. */
export async function lookUpChargeback(work: Work, { chargebackId }: { chargebackId: string }): Promise<void> {
  const found = await readHoldOfChargeback(work.database, { chargebackId })
  if (!found) return
  const finding = await readAtProvider(work, found.providerReference)
  if (finding.kind === 'known') await applyReport(work, found.providerReference, finding)
}

async function readAtProvider({ payments, log }: Work, providerReference: string): Promise<ChargebackFinding> {
  const finding = await payments.chargebacks.read(providerReference)
  const status = finding.kind === 'known' ? finding.status : undefined
  log.info({ chargeback: providerReference, finding: finding.kind, status }, 'chargeback looked up at the provider')
  return finding
}

async function claimLookUp(tx: Tx, { chargebackId }: { chargebackId: string }): Promise<boolean> {
  const locked = await lockChargebackWithoutWaiting(tx, { chargebackId })
  const askAt = locked?.chargeback.askAt
  if (!locked || !askAt || askAt > locked.at) return false
  await saveChargeback(tx, {
    ...locked.chargeback,
    askAt: nextLookUpAt({ dueBy: locked.chargeback.evidenceDueBy, at: locked.at }),
  })
  return true
}

async function applyReport(work: Work, providerReference: string, report: ChargebackReport): Promise<void> {
  const { database, log } = work
  const holdId = report.chargeReference === null ? undefined : fromPublicId('hld', asPublicId(report.chargeReference))
  const apply = (id: string) => withTransaction(database, (tx) => follow(tx, { holdId: id, providerReference, report }))
  let result = holdId ? await apply(holdId) : 'not ours'
  if (holdId && result === 'not settled') {
    // The provider has the payment, and we do not know it yet.
    await lookUpCharge(work, { holdId })
    result = await apply(holdId)
  }
  if (result === 'not settled') throw new Error('A chargeback is about a payment whose outcome is not known yet.')
  if (result === 'not ours') log.warn({ chargeback: providerReference }, 'chargeback of a payment that is not ours')
  if (result === 'contradicted') {
    const { status } = report
    log.error({ chargeback: providerReference, status }, 'the provider changed a chargeback that it had decided')
  }
}

type Result = 'applied' | 'not ours' | 'not settled' | 'contradicted'

async function follow(
  tx: Tx,
  { holdId, providerReference, report }: { holdId: string; providerReference: string; report: ChargebackReport },
): Promise<Result> {
  const locked = await lockHoldWithTask(tx, { holdId })
  if (!locked) return 'not ours'
  if (!locked.hold.fundedAt) return 'not settled'
  const known = await lockChargebackNamed(tx, { providerReference })
  if (known && known.holdId !== holdId) throw new Error('The provider names another payment for the same chargeback.')
  const isFollowed = known
    ? await followReport(tx, { ...locked, chargeback: known }, report)
    : await openChargeback(tx, locked, { providerReference, report })
  return isFollowed ? 'applied' : 'contradicted'
}

/** Records a chargeback at its first notice and freezes its hold, then goes on to the status that the provider reports. */
async function openChargeback(
  tx: Tx,
  locked: LockedHold,
  { providerReference, report }: { providerReference: string; report: ChargebackReport },
): Promise<boolean> {
  const { task, hold: thawed, at } = locked
  const { amount, reason, openedAt, evidenceDueBy } = report
  if (amount.currencyCode !== thawed.currency) throw new Error('A chargeback has another currency than its payment.')
  const hold = await freezeLockedHold(tx, { hold: thawed })
  const chargeback: Chargeback = await insertChargeback(tx, {
    id: newId(),
    taskId: task.id,
    holdId: hold.id,
    assigneeId: hold.supersededAt ? null : task.assigneeId,
    providerReference,
    amountMinor: amount.minorUnits,
    currency: amount.currencyCode,
    reason,
    openedAt,
    evidenceDueBy,
    remindAt: nextReminderAt({ dueBy: evidenceDueBy, after: at }),
    askAt: nextLookUpAt({ dueBy: evidenceDueBy, at }),
  })
  const opened = { ...locked, hold, chargeback }
  await recordChargebackEvent(tx, opened, 'task.chargeback_opened', { reason })
  return followReport(tx, opened, report)
}
