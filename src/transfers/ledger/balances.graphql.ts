/** What the viewer has earned. */
import { ViewerType } from '../../accounts/accounts.graphql.ts'
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import { type Balance, readBalances } from './balances.sql.ts'

const BalanceType = builder.objectRef<Balance>('Balance').implement({
  description: 'What a tasker has earned in one currency.',
  fields: (t) => ({
    currencyCode: t.field({
      type: 'CurrencyCode',
      description: 'The currency.',
      resolve: ({ currency }) => currency,
    }),
    pending: t.field({
      type: MoneyType,
      description: 'What they are owed and were not paid yet.',
      resolve: ({ pendingMinor, currency }) => ({ minorUnits: pendingMinor, currencyCode: currency }),
    }),
    paid: t.field({
      type: MoneyType,
      description: 'What they were paid so far, less what was taken back.',
      resolve: ({ paidMinor, currency }) => ({ minorUnits: paidMinor, currencyCode: currency }),
    }),
  }),
})

builder.objectField(ViewerType, 'balances', (t) =>
  t.field({
    type: [BalanceType],
    description: 'What they have earned, one balance for each currency, in alphabetical order.',
    resolve: ({ id }, _args, { database }) => readBalances(database, { userId: id }),
  }),
)
