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
      description: 'The total that the poster ever paid in.',
      resolve: money(({ paidIn }) => paidIn),
    }),
    held: t.field({ type: MoneyType, description: 'The amount that is held.', resolve: money(({ held }) => held) }),
    payable: t.field({
      type: MoneyType,
      description: 'The amount that the tasker is owed and not yet paid.',
      resolve: money(({ payable }) => payable),
    }),
    transferred: t.field({
      type: MoneyType,
      description: 'The amount that the tasker was paid.',
      resolve: money(({ transferred }) => transferred),
    }),
    fees: t.field({ type: MoneyType, description: 'The fees of the platform.', resolve: money(({ fees }) => fees) }),
    refunding: t.field({
      type: MoneyType,
      description: 'The amount of refunds to the poster that are not completed yet.',
      resolve: money(({ refunding }) => refunding),
    }),
    refunded: t.field({
      type: MoneyType,
      description: 'The amount that was refunded to the poster.',
      resolve: money(({ refunded }) => refunded),
    }),
    balanced: t.exposeBoolean('balanced', { description: 'True if the sum above is right. Always true.' }),
  }),
})

builder.prismaObjectFields('Task', (t) => ({
  hold: t.field({
    type: HoldType,
    nullable: true,
    description:
      'The live hold of the task, else its newest hold. Null if there is none, and to all but the parties and staff.',
    // A payment is accepted only while there is no live hold, so a live hold is always the newest.
    select: (_args, { caller }, nested) => ({
      holds: nested({ where: visibleHolds(caller), orderBy: { id: 'desc' }, take: 1 }),
    }),
    resolve: ({ holds }) => holds[0] ?? null,
  }),
  transfers: t.connection(
    {
      type: TransferType,
      description: 'The payments to its tasker, newest first. Empty to all but the parties and staff.',
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
    description: 'Where all money of the task is. Null to all but the parties and staff.',
    select: (_args, { caller }) => partySelect(caller),
    resolve: (task, _args, { caller, loaders }) =>
      isPartyOrStaff(caller, task) ? loaders.moneyTrails.load(task.id) : null,
  }),
}))
