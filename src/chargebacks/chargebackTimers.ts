/** Timers of chargebacks: reminders of missing evidence, look-ups at the provider, and evidence that is sent again. */
import type { Tx } from '../db/transaction.ts'
import type { FileStore } from '../files/store/store.ts'
import { callEach } from '../jobs/callEach.ts'
import { runEach } from '../jobs/runEach.ts'
import type { Timer } from '../jobs/timer.ts'
import { nextReminderAt } from './chargebackStatus.ts'
import {
  findChargebacksToLookUp,
  findChargebacksToRemindOf,
  findEvidenceToSend,
  nextChargebackLookUp,
  nextEvidenceToSend,
  nextReminder,
  saveChargeback,
} from './chargebacks.sql.ts'
import { lockChargebackWithoutWaiting } from './lockChargeback.ts'
import { lookUpDueChargeback } from './noticeChargeback.ts'
import { recordChargebackEvent } from './recordChargebackEvent.ts'
import { sendDueEvidence } from './sendEvidence.ts'

const reminders: Timer = {
  name: 'chargebackEvidenceDue',
  nextDue: async (database) => (await nextReminder(database))?.at ?? null,
  async runDue(work, limit) {
    const rows = await findChargebacksToRemindOf(work.database, { limit })
    return runEach(work, { timer: 'chargebackEvidenceDue', name: 'chargebackId', rows }, remind)
  },
}

const lookUps: Timer = {
  name: 'chargebackLookUps',
  nextDue: async (database) => (await nextChargebackLookUp(database))?.at ?? null,
  async runDue(work, limit) {
    const rows = await findChargebacksToLookUp(work.database, { limit })
    return callEach(work, { timer: 'chargebackLookUps', name: 'chargebackId', rows }, ({ id: chargebackId }) =>
      lookUpDueChargeback(work, { chargebackId }),
    )
  },
}

const evidence = (store: FileStore): Timer => ({
  name: 'chargebackEvidence',
  nextDue: async (database) => (await nextEvidenceToSend(database))?.at ?? null,
  async runDue(work, limit) {
    const rows = await findEvidenceToSend(work.database, { limit })
    return callEach(work, { timer: 'chargebackEvidence', name: 'chargebackId', rows }, ({ id: chargebackId }) =>
      sendDueEvidence({ ...work, store }, { chargebackId }),
    )
  },
})

/** The timers of chargebacks; evidence is read from the store. */
export const chargebackTimers = ({ store }: { store: FileStore }): readonly Timer[] => [
  reminders,
  lookUps,
  evidence(store),
]

/** Returns false if nothing is due any more, or the task is locked: the next sweep retries it. */
async function remind(tx: Tx, { id: chargebackId }: { id: string }): Promise<boolean> {
  const locked = await lockChargebackWithoutWaiting(tx, { chargebackId })
  const remindAt = locked?.chargeback.remindAt
  if (!locked || !remindAt || remindAt > locked.at) return false
  const { chargeback, at } = locked
  const next = nextReminderAt({ dueBy: chargeback.evidenceDueBy, after: at })
  await saveChargeback(tx, { ...chargeback, remindAt: next })
  await recordChargebackEvent(tx, locked, 'task.chargeback_evidence_due')
  return true
}
