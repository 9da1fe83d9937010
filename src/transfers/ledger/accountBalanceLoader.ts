/** Loads the balances of all accounts of one request in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../../db/statements.ts'
import { readAccountBalances } from './ledger.sql.ts'

interface BalanceKey {
  accountId: string
  /** Null for the present balance. */
  at: Date | null
}

export type AccountBalanceLoader = DataLoader<BalanceKey, bigint, string>

/** Loads account balances in minor units, positive on the account's normal side. */
export const makeAccountBalanceLoader = (database: Statements): AccountBalanceLoader =>
  new DataLoader<BalanceKey, bigint, string>(
    async (keys) => {
      const rows = await readAccountBalances(database, {
        accountIds: keys.map(({ accountId }) => accountId),
        moments: keys.map(({ at }) => at),
      })
      return rows.map(({ balanceMinor }) => balanceMinor)
    },
    { cacheKeyFn: ({ accountId, at }) => `${accountId} ${at?.getTime() ?? ''}` },
  )
