import type { Tx } from '../db/transaction.ts'
import { type FoundDifference, insertFindings, saveDifferences } from './differences.sql.ts'

/** Records the differences that a run has found, once for each line or posting, however often and by however many runs it is found. */
export async function recordDifferences(
  tx: Tx,
  { reconciliationId, found }: { reconciliationId: string; found: readonly FoundDifference[] },
): Promise<void> {
  if (found.length === 0) return
  await saveDifferences(tx, found)
  await insertFindings(tx, { reconciliationId, found })
}
