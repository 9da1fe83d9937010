/** The timers of reconciliation: the nightly run, and runs that no worker has. */
import type { Timer } from '../jobs/timer.ts'
import { startNight } from './nights.ts'
import { findRunsToContinue, nextNight, nextRunToContinue } from './reconciliations.sql.ts'
import { runReconciliation } from './runReconciliation.ts'

const nightly: Timer = {
  name: 'nightlyReconciliation',
  nextDue: async (database) => (await nextNight(database))?.at ?? null,
  runDue: async (work) => ((await startNight(work)) ? 1 : 0),
}

/** One run at a time, because each reads all of the provider's book in its span. */
const continued: Timer = {
  name: 'reconciliationsToContinue',
  nextDue: async (database) => (await nextRunToContinue(database))?.at ?? null,
  async runDue(work, limit) {
    let done = 0
    for (const { id } of await findRunsToContinue(work.database, { limit })) {
      if (await runReconciliation(work, { reconciliationId: id })) done++
    }
    return done
  },
}

/** All timers of reconciliation. */
export const reconciliationTimers: readonly Timer[] = [nightly, continued]
