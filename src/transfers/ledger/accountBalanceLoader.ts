/** The balances of all accounts of one request, in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../../db/statements.ts'
import { readAccountBalances } from './ledger.sql.ts'

interface Asked {
  accountId: string
  /** Null for now. */
  at: Date | null
}

export type AccountBalanceLoader = DataLoader<Asked, bigint, string>

/** Gives what is on an account, positive on its normal side, in minor units. */
export const makeAccountBalanceLoader = (database: Statements): AccountBalanceLoader =>
  new DataLoader<Asked, bigint, string>(
    async (asked) => {
      const rows = await readAccountBalances(database, {
        accountIds: asked.map(({ accountId }) => accountId),
        moments: asked.map(({ at }) => at),
      })
      return rows.map(({ balanceMinor }) => balanceMinor)
    },
    { cacheKeyFn: ({ accountId, at }) => `${accountId} ${at?.getTime() ?? ''}` },
  )
