import { withTransaction } from '../db/transaction.ts'
import type { Work } from '../jobs/timer.ts'
import { ProviderUnreachable } from '../payments/port/book.ts'
import { deleteLines } from './books.sql.ts'
import { compareOurs } from './compareOurs.ts'
import { compareTheirs } from './compareTheirs.ts'
import { settleOutdatedDifferences } from './differences.sql.ts'
import { LEASE_MS, LeaseLost } from './lease.ts'
import { nextNightAfter, RETRY_NIGHT_AFTER_MS } from './nights.ts'
import { type ClaimedRun, claimLostRun, claimRun, endRun, setNextNight, setNightDone } from './reconciliations.sql.ts'

// Five workers that died in one run are no coincidence: the run may be the cause.
const ATTEMPTS_MAX = 5
// Keeps each deletion far below the statement time-out.
const LINES_DELETED_AT_ONCE = 20_000

/**
 * Runs a reconciliation, unless another worker has it, or another run goes on. Both books are read once: theirs from the provider, then
 * ours. Differences are kept as they are found. A run that reaches the end is DONE and settles the open differences of its span that it
 * has not found; if the provider does not answer, the run has FAILED and settles none. Safe to run twice, even at once.
 */
export async function runReconciliation(
  work: Work,
  { reconciliationId: id }: { reconciliationId: string },
): Promise<boolean> {
  const { database, log } = work
  const run = await withTransaction(database, (tx) =>
    claimRun(tx, { id, leaseMs: LEASE_MS, attemptsMax: ATTEMPTS_MAX }),
  )
  if (!run) return endLostRun(work, id)
  try {
    await removeLines(work, run)
    await compareTheirs(work, run)
    await compareOurs(work, run)
    await end(work, run, 'DONE')
  } catch (error) {
    if (error instanceof LeaseLost) return false
    if (!(error instanceof ProviderUnreachable)) throw error
    log.warn({ err: error, reconciliation: id }, 'a reconciliation failed: the provider did not answer')
    await end(work, run, 'FAILED')
  }
  await removeLines(work, run)
  return true
}

async function endLostRun(work: Work, id: string): Promise<boolean> {
  const lost = await withTransaction(work.database, (tx) => claimLostRun(tx, { id, attemptsMax: ATTEMPTS_MAX }))
  if (!lost) return false
  work.log.error({ reconciliation: id, attempts: ATTEMPTS_MAX }, 'a reconciliation failed: its workers were lost')
  await end(work, lost, 'FAILED')
  await removeLines(work, lost)
  return true
}

/** Ends the run, and sets when the next nightly run is due. Throws LeaseLost. */
async function end({ database }: Work, run: ClaimedRun, status: 'DONE' | 'FAILED'): Promise<void> {
  const { id, attempt, spanFrom: from, spanTo: to, claimedAt: foundBefore, isNightly } = run
  await withTransaction(database, async (tx) => {
    const ended = await endRun(tx, { id, attempt, status })
    if (!ended) throw new LeaseLost(`Another worker has taken the reconciliation ${id}.`)
    if (status === 'DONE') await settleOutdatedDifferences(tx, { from, to, foundBefore, at: ended.now })
    if (!isNightly) return
    if (status === 'DONE') await setNightDone(tx, { through: to, nextAt: nextNightAfter(to) })
    else await setNextNight(tx, { at: new Date(ended.now.getTime() + RETRY_NIGHT_AFTER_MS) })
  })
}

/** Removes the lines of this run, and those of runs that ended without having removed theirs. */
async function removeLines({ database }: Work, { id: reconciliationId }: ClaimedRun): Promise<void> {
  for (let removed = LINES_DELETED_AT_ONCE; removed === LINES_DELETED_AT_ONCE; ) {
    removed = await withTransaction(database, (tx) =>
      deleteLines(tx, { reconciliationId, limit: LINES_DELETED_AT_ONCE }),
    )
  }
}
