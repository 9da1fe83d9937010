/** Loads the balances of all statements of one request in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../../../db/statements.ts'
import { type BalanceKey, readStatementBalances } from './statements.sql.ts'

export type StatementBalanceLoader = DataLoader<BalanceKey, bigint, string>

/** Loads balances in minor units before a place in the statements of an owner. */
export const makeStatementBalanceLoader = (database: Statements): StatementBalanceLoader =>
  new DataLoader<BalanceKey, bigint, string>(
    async (keys) => (await readStatementBalances(database, keys)).map(({ balanceMinor }) => balanceMinor),
    {
      cacheKeyFn: ({ ownerId, currency, postedAt, sequence }) =>
        `${ownerId} ${currency} ${postedAt.getTime()} ${sequence}`,
    },
  )
