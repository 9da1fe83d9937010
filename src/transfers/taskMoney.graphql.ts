/** The money of a task, for its parties and staff. */
import type { Money } from '../domain/money.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyType } from '../graphql/commonTypes.ts'
import { connectionOf, idCursor, nestedNodes, newestFirst, readPage } from '../graphql/pagination.ts'
import { visibleHolds, visibleTransfers } from '../visibility/moneyVisibility.ts'
import { isPartyOrStaff, partySelect } from '../visibility/taskVisibility.ts'
import { HoldType } from './holds/holds.graphql.ts'
import type { MoneyTrail } from './ledger/moneyTrail.sql.ts'
import { TransferConnection, TransferType } from './transfers/transfers.graphql.ts'

const MoneyTrailType = builder.objectRef<MoneyTrail>('MoneyTrail')

const money = (pick: (trail: MoneyTrail) => bigint) => (trail: MoneyTrail) =>
  ({ minorUnits: pick(trail), currencyCode: trail.currency }) satisfies Money

MoneyTrailType.implement({
  description:
    'Where the money of one task is: `paidIn` = `held` + `payable` + `transferred` + `fees` + `refunding` + `refunded`. The database compares the ledger with the holds, transfers and refunds at every commit and refuses any difference.',
  fields: (t) => ({
    paidIn: t.field({
      type: MoneyType,
      description: 'What the poster paid in, ever.',
      resolve: money(({ paidIn }) => paidIn),
    }),
    held: t.field({ type: MoneyType, description: 'What is held.', resolve: money(({ held }) => held) }),
    payable: t.field({
      type: MoneyType,
      description: 'What the tasker is owed and was not paid yet.',
      resolve: money(({ payable }) => payable),
    }),
    transferred: t.field({
      type: MoneyType,
      description: 'What the tasker was paid.',
      resolve: money(({ transferred }) => transferred),
    }),
    fees: t.field({ type: MoneyType, description: 'What the platform keeps.', resolve: money(({ fees }) => fees) }),
    refunding: t.field({
      type: MoneyType,
      description: 'What is on its way back to the poster.',
      resolve: money(({ refunding }) => refunding),
    }),
    refunded: t.field({
      type: MoneyType,
      description: 'What the poster got back.',
      resolve: money(({ refunded }) => refunded),
    }),
    balanced: t.exposeBoolean('balanced', { description: 'Whether the sum is right. It always is.' }),
  }),
})

builder.prismaObjectFields('Task', (t) => ({
  hold: t.field({
    type: HoldType,
    nullable: true,
    description: 'The money that is held for it, or the last payment that there was. For the parties and staff.',
    // A payment is only taken while there is no live hold, so the live one, where there is one, is the newest.
    select: (_args, { caller }, nested) => ({
      holds: nested({ where: visibleHolds(caller), orderBy: { id: 'desc' }, take: 1 }),
    }),
    resolve: ({ holds }) => holds[0] ?? null,
  }),
  transfers: t.connection(
    {
      type: TransferType,
      description: 'The payments to its tasker, the newest first. Empty to all but the parties and staff.',
      select: (args, { caller }, nested) => {
        const { where, orderBy, take } = newestFirst(readPage(args, idCursor))
        return {
          transfers: nestedNodes(nested, 'Transfer', {
            where: { ...where, AND: [visibleTransfers(caller)] },
            orderBy,
            take,
            select: { id: true as const },
          }),
        }
      },
      resolve: ({ transfers }, args) => connectionOf(transfers, readPage(args, idCursor), idCursor, ({ id }) => id),
    },
    TransferConnection,
  ),
  moneyTrail: t.field({
    type: MoneyTrailType,
    nullable: true,
    description: 'Where all money of it is. Null to all but the parties and staff.',
    select: (_args, { caller }) => partySelect(caller),
    resolve: (task, _args, { caller, loaders }) =>
      isPartyOrStaff(caller, task) ? loaders.moneyTrails.load(task.id) : null,
  }),
}))
