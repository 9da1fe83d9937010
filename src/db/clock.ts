import type { Statements } from './statements.ts'

/**
 * Our time: the database's clock plus the sandbox's offset, in whole milliseconds.
 * A rule reads it once, after its lock: one that waited must not be earlier than the one it waited for.
 */
export async function readClock(tx: Statements): Promise<Date> {
  const row = await tx.row<{ now: Date }>`/* readClock */ select errand_now() as now`
  if (!row) throw new Error('The clock gave no answer.')
  return row.now
}
