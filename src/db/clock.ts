import type { Statements } from './statements.ts'

/**
 * The time of the rules: the database's clock plus the sandbox's offset, in whole milliseconds. A rule reads it once, after its lock:
 * a rule that waited must not have an earlier time than the one that it waited for.
 */
export async function readClock(tx: Statements): Promise<Date> {
  const row = await tx.row<{ now: Date }>`/* readClock */ select errand_now() as now`
  if (!row) throw new Error('The clock returned no row.')
  return row.now
}
