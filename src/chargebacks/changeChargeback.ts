/** Saves and records the changes of a chargeback that the provider reports. */
import type { Chargeback } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'
import type { ChargebackReport } from '../payments/port/chargebacks.ts'
import { thawHold } from '../transfers/holds/freezeHold.ts'
import { AT_REST, isOpen, nextReminderAt } from './chargebackStatus.ts'
import { saveChargeback } from './chargebacks.sql.ts'
import type { LockedChargeback } from './lockChargeback.ts'
import { loseChargeback } from './loseChargeback.ts'
import { recordChargebackEvent } from './recordChargebackEvent.ts'
import { received } from './sendEvidence.ts'

/**
 * Follows the provider's report. Returns false if the report contradicts a decision that the provider made before; it then changes nothing.
 * An older report than the one before it changes nothing, either.
 */
export async function followReport(tx: Tx, locked: LockedChargeback, report: ChargebackReport): Promise<boolean> {
  const { chargeback } = locked
  if (!isOpen(chargeback.status)) return isOpen(report.status) || report.status === chargeback.status
  const next = { ...locked, chargeback: withFacts(locked, report) }
  if (report.status === 'WON') await win(tx, next)
  else if (report.status === 'LOST') await loseChargeback(tx, next)
  else if (report.status === 'UNDER_REVIEW' && isFinalEvidenceOnItsWay(chargeback)) {
    await received(tx, next, { actorId: null })
  } else if (report.status === 'UNDER_REVIEW' && chargeback.status === 'NEEDS_RESPONSE') {
    await saveChargeback(tx, { ...next.chargeback, ...AT_REST, status: 'UNDER_REVIEW' })
    await recordChargebackEvent(tx, next, 'task.chargeback_under_review')
  } else await saveChargeback(tx, next.chargeback)
  return true
}

/** The provider has it, although its answer was lost or is late. */
const isFinalEvidenceOnItsWay = ({ evidenceDueAt, evidenceIsFinal }: Chargeback): boolean =>
  evidenceDueAt !== null && evidenceIsFinal === true

/** The provider may learn its fee later, and give more time for evidence. */
function withFacts({ chargeback, at }: LockedChargeback, { providerFee, evidenceDueBy }: ChargebackReport): Chargeback {
  const isMoved = evidenceDueBy?.getTime() !== chargeback.evidenceDueBy?.getTime()
  const isAwaited = chargeback.status === 'NEEDS_RESPONSE' && chargeback.submittedAt === null
  return {
    ...chargeback,
    providerFeeMinor: providerFee?.minorUnits ?? chargeback.providerFeeMinor,
    providerFeeCurrency: providerFee?.currencyCode ?? chargeback.providerFeeCurrency,
    evidenceDueBy,
    remindAt: isMoved && isAwaited ? nextReminderAt({ dueBy: evidenceDueBy, after: at }) : chargeback.remindAt,
  }
}

async function win(tx: Tx, locked: LockedChargeback): Promise<void> {
  const { hold, chargeback, at } = locked
  await saveChargeback(tx, { ...chargeback, ...AT_REST, status: 'WON', closedAt: at, askAt: null })
  await thawHold(tx, { hold, at })
  await recordChargebackEvent(tx, locked, 'task.chargeback_won')
}
