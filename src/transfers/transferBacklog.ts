import type { Statements } from '../db/statements.ts'
import { readDoubts } from './ledger/ledgerHealth.sql.ts'
import { countUnfinishedTransfers } from './transfers/transfers.sql.ts'

/** The transfers that are not at their end. */
export interface TransferBacklog {
  /** By status. A status without transfers is absent. */
  counts: ReadonlyMap<string, number>
  /** Since when the oldest transfer in doubt is in doubt; null if there is none. */
  oldestInDoubt: Date | null
}

/** Counts the transfers that are not at their end, for operators. */
export async function transferBacklog(database: Statements): Promise<TransferBacklog> {
  const [counts, doubts] = await Promise.all([countUnfinishedTransfers(database), readDoubts(database)])
  return { counts: new Map(counts.map(({ status, count }) => [status, count])), oldestInDoubt: doubts?.oldest ?? null }
}
