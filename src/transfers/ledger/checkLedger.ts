import { readClock } from '../../db/clock.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'
import {
  allowLongStatements,
  countBalancesOff,
  countClosingsOff,
  countLinesOff,
  countTasksOutOfBalance,
  countUnbalancedTransactions,
  type OpenDifferences,
  readDoubts,
  readOpenDifferences,
} from './ledgerHealth.sql.ts'

export interface LedgerHealth {
  checkedAt: Date
  unbalancedTransactions: number
  accountsOffBySum: number
  tasksOutOfBalance: number
  inDoubtTransfers: number
  oldestInDoubt: Date | null
  differences: OpenDifferences
}

/** Counts everything in the ledger that does not add up, independent of the constraints. */
export async function checkLedger(tx: Tx): Promise<LedgerHealth> {
  await allowLongStatements(tx)
  const doubts = await readDoubts(tx)
  return {
    checkedAt: await readClock(tx),
    unbalancedTransactions: await countUnbalancedTransactions(tx),
    accountsOffBySum: (await countBalancesOff(tx)) + (await countClosingsOff(tx)) + (await countLinesOff(tx)),
    tasksOutOfBalance: await countTasksOutOfBalance(tx),
    inDoubtTransfers: doubts?.transfers ?? 0,
    oldestInDoubt: doubts?.oldest ?? null,
    differences: await checkDifferences(tx),
  }
}

/** Counts the open differences between the book of the payment provider and ours. */
export const checkDifferences = async (database: Statements): Promise<OpenDifferences> =>
  (await readOpenDifferences(database)) ?? { open: 0, oldestFoundAt: null, oldestSeconds: 0 }
