import type { Statements } from '../db/statements.ts'
import { readBalance, readBalanceAt } from './ledger.sql.ts'

/** What is on an account, positive on its normal side: now, or as it was at a moment. */
export async function accountBalance(
  database: Statements,
  { accountId, at }: { accountId: string; at: Date | null },
): Promise<bigint> {
  const row = at ? await readBalanceAt(database, { accountId, at }) : await readBalance(database, { accountId })
  return row?.balanceMinor ?? 0n
}
