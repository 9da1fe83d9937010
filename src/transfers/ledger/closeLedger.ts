import type { Database } from '../../db/client.ts'
import { withTransaction } from '../../db/transaction.ts'
import type { Timer } from '../../jobs/timer.ts'
import { insertClosings, lockClosings, readDueClosing } from './closings.sql.ts'

/** The most postings after the last closing that a balance sums, but for those of the last minute. */
export const POSTINGS_PER_CLOSING = 1_000

// Longer than a rule takes from reading the clock to its commit, so that hardly an entry comes too late and changes a closing.
const MARGIN_MS = 60_000

/** Writes the next closing of the platform's accounts, if enough postings have followed the last one. Returns true if it did. */
export async function closeLedger(
  database: Database,
  { postings = POSTINGS_PER_CLOSING, marginMs = MARGIN_MS }: { postings?: number; marginMs?: number } = {},
): Promise<boolean> {
  const due = await readDueClosing(database, { postings, marginMs })
  if (!due) return false
  return withTransaction(database, async (tx) => {
    await lockClosings(tx)
    return (await insertClosings(tx, due)) > 0
  })
}

/** Closes the ledger at each sweep. It has no due time, because no result depends on it, only the speed of balances. */
export const closeLedgerTimer: Timer = {
  name: 'closeLedger',
  nextDue: async () => null,
  runDue: async ({ database }, limit) => ((await closeLedger(database)) ? limit : 0),
}
