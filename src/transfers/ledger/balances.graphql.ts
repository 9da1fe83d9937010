/** The earnings of the viewer. */
import { ViewerType } from '../../accounts/accounts.graphql.ts'
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import { type Balance, readBalances } from './balances.sql.ts'

const BalanceType = builder.objectRef<Balance>('Balance').implement({
  description: 'The earnings of a tasker in one currency.',
  fields: (t) => ({
    currencyCode: t.field({
      type: 'CurrencyCode',
      description: 'The currency.',
      resolve: ({ currency }) => currency,
    }),
    pending: t.field({
      type: MoneyType,
      description: 'The amount that they are owed and not yet paid.',
      resolve: ({ pendingMinor, currency }) => ({ minorUnits: pendingMinor, currencyCode: currency }),
    }),
    paid: t.field({
      type: MoneyType,
      description: 'The amount that they were paid so far, less reversals.',
      resolve: ({ paidMinor, currency }) => ({ minorUnits: paidMinor, currencyCode: currency }),
    }),
    owed: t.field({
      type: MoneyType,
      description:
        'The amount that they owe the platform: reversals that were refused because their account lacked the money.',
      resolve: ({ owedMinor, currency }) => ({ minorUnits: owedMinor, currencyCode: currency }),
    }),
  }),
})

builder.objectField(ViewerType, 'balances', (t) =>
  t.field({
    type: [BalanceType],
    description: 'Their earnings, one balance for each currency, in alphabetical order.',
    resolve: ({ id }, _args, { database }) => readBalances(database, { userId: id }),
  }),
)
