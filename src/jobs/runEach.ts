import { type Tx, withTransaction } from '../db/transaction.ts'
import type { Work } from './timer.ts'

/**
 * Runs `act` on each due row of a timer, in a transaction of its own. A row that fails is logged with its id under `name`, and does not
 * delay the others; the next sweep retries it. Returns how many times `act` returned true.
 */
export async function runEach<Row extends { id: string }>(
  { database, log }: Work,
  { timer, name, rows }: { timer: string; name: string; rows: readonly Row[] },
  act: (tx: Tx, row: Row) => Promise<boolean>,
): Promise<number> {
  let count = 0
  for (const row of rows) {
    try {
      if (await withTransaction(database, (tx) => act(tx, row))) count++
    } catch (error) {
      log.error({ err: error, timer, [name]: row.id }, 'timer failed for one row; the next sweep retries it')
    }
  }
  return count
}
