/** The nightly run reconciles one day after another, in UTC: a day that failed is tried again, so none is left out. */
import { newId } from '../db/ids.ts'
import { withTransaction } from '../db/transaction.ts'
import { enqueue } from '../jobs/enqueue.ts'
import type { Work } from '../jobs/timer.ts'
import { insertRun, lockDueNight, setNextNight } from './reconciliations.sql.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
// By then all movements of the day are known here, unless the provider cannot be reached.
const AFTER_MIDNIGHT_MS = 3 * HOUR_MS

/** A day that could not be reconciled is tried again after this time. */
export const RETRY_NIGHT_AFTER_MS = HOUR_MS

/** The time at which the day after this midnight is due. */
export const nextNightAfter = (through: Date): Date => new Date(through.getTime() + DAY_MS + AFTER_MIDNIGHT_MS)

/** Starts the run of the next day, if it is due. Returns true if it did. */
export const startNight = ({ database }: Work): Promise<boolean> =>
  withTransaction(database, async (tx) => {
    const due = await lockDueNight(tx)
    if (!due) return false
    const { through: spanFrom, now: startedAt } = due
    const id = newId()
    const spanTo = new Date(spanFrom.getTime() + DAY_MS)
    const inserted = await insertRun(tx, { id, spanFrom, spanTo, startedAt, startedById: null })
    // Staff are reconciling exactly this day: the nightly run waits for its end.
    if (inserted === 0) {
      await setNextNight(tx, { at: new Date(startedAt.getTime() + RETRY_NIGHT_AFTER_MS) })
      return true
    }
    await setNextNight(tx, { at: null })
    await enqueue(tx, { task: 'runReconciliation', id })
    return true
  })
