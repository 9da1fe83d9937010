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
  type EvidenceNeeded,
  type OpenDifferences,
  readDoubts,
  readEvidenceNeeded,
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
  evidence: EvidenceNeeded
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
    evidence: await checkEvidence(tx),
  }
}

/** Counts the open differences between the book of the payment provider and ours. */
export const checkDifferences = async (database: Statements): Promise<OpenDifferences> =>
  (await readOpenDifferences(database)) ?? { open: 0, oldestFoundAt: null, oldestSeconds: 0 }

/** Counts the chargebacks that need evidence. */
export const checkEvidence = async (database: Statements): Promise<EvidenceNeeded> =>
  (await readEvidenceNeeded(database)) ?? { chargebacks: 0, firstDueBy: null, firstDueInSeconds: null }
