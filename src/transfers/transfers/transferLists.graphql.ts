/** Transfers in lists: those to the viewer, and for finance staff all of them. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { ViewerType } from '../../accounts/accounts.graphql.ts'
import type { Prisma, Transfer } from '../../db/generated/client.ts'
import { TransferStatus } from '../../db/generated/enums.ts'
import { fromPublicId, type IdPrefix, type PublicId } from '../../db/ids.ts'
import { inStatuses } from '../../db/queryHints.ts'
import { builder } from '../../graphql/builder.ts'
import type { Context } from '../../graphql/context.ts'
import {
  type Cursor,
  connectionOf,
  fromCursor,
  NODE_PATHS,
  type PageArguments,
  readPage,
  toCursor,
  UUID,
} from '../../graphql/pagination.ts'
import { visibleTransfers } from '../../visibility/moneyVisibility.ts'
import { TransferConnection, TransferStatusEnum, TransferType } from './transfers.graphql.ts'

const TransferFilterInput = builder.inputType('TransferFilter', {
  description: 'Which transfers. What is absent or null does not matter; all that is given must fit.',
  fields: (t) => ({
    status: t.field({ type: [TransferStatusEnum], description: 'In one of these.' }),
    taskId: t.id({ description: 'For this task.' }),
    userId: t.id({ description: 'To this person.' }),
    providerReference: t.string({ description: 'The one that the provider calls this.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Made after this.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Made before this.' }),
  }),
})

type TransferFilter = typeof TransferFilterInput.$inferInput

const filterArgument = { type: TransferFilterInput, description: 'Which ones.' } as const

builder.queryField('transfers', (t) =>
  t.connection(
    {
      type: TransferType,
      nullable: true,
      roles: ['FINANCE'],
      description:
        'All transfers, the newest first. For finance staff and administrators, without those of a task that is their own matter and that they may not see as a party; null to everybody else.',
      args: { filter: t.arg(filterArgument) },
      resolve: (_root, { filter, ...page }, context, info) =>
        pageOf(context, info, { where: { AND: [fits(filter ?? {}), visibleTransfers(context.caller)] }, page }),
    },
    TransferConnection,
  ),
)

builder.objectField(ViewerType, 'transfers', (t) =>
  t.connection(
    {
      type: TransferType,
      description: 'What they were paid and are to be paid, the newest first.',
      args: { filter: t.arg(filterArgument) },
      resolve: ({ id }, { filter, ...page }, context, info) =>
        pageOf(context, info, { where: { AND: [{ destinationId: id }, fits(everyStatus(filter ?? {}))] }, page }),
    },
    TransferConnection,
  ),
)

async function pageOf(
  context: Context,
  info: GraphQLResolveInfo,
  { where, page: pageArguments }: { where: Prisma.TransferWhereInput; page: PageArguments },
) {
  const page = readPage(pageArguments, placeCursor)
  const { select } = queryFromInfo({ context, info, typeName: 'Transfer', paths: NODE_PATHS, select: PLACE_SELECT })
  const direction = page.backward ? ('asc' as const) : ('desc' as const)
  const transfers = await context.prisma.transfer.findMany({
    select: { ...select, ...PLACE_SELECT },
    where: { AND: [where, beyond(page.after, 'lt'), beyond(page.before, 'gt')] },
    orderBy: [{ createdAt: direction }, { id: direction }],
    take: page.limit + 1,
  })
  return connectionOf(transfers, page, placeCursor, (transfer) => transfer)
}

// By the time, and not by the id alone that is made of one: a range of it can be asked for, which is then read in its order.
const PLACE_SELECT = { id: true, createdAt: true } as const
type Place = Pick<Transfer, keyof typeof PLACE_SELECT>

const placeCursor: Cursor<Place> = {
  write: ({ createdAt, id }) => toCursor(`${createdAt.getTime()}:${id}`),
  read: (text) => {
    const [, at, id = ''] = /^(\d{1,15}):(.+)$/.exec(fromCursor(text)) ?? []
    return UUID.test(id) ? { createdAt: new Date(Number(at)), id } : undefined
  },
}

/** Strictly beyond a place; the first condition follows from the second, and is a stretch of an index. */
function beyond(place: Place | undefined, side: 'lt' | 'gt'): Prisma.TransferWhereInput {
  if (!place) return {}
  const { createdAt, id } = place
  const bound = side === 'lt' ? { lte: createdAt } : { gte: createdAt }
  return { createdAt: bound, OR: [{ createdAt: { [side]: createdAt } }, { createdAt, id: { [side]: id } }] }
}

/** What one person was paid is listed by status. */
const everyStatus = (filter: TransferFilter): TransferFilter => ({
  ...filter,
  status: filter.status ?? Object.values(TransferStatus),
})

function fits(asked: TransferFilter): Prisma.TransferWhereInput {
  const { status, taskId, userId, providerReference, createdAfter, createdBefore } =
    asked.userId == null ? asked : everyStatus(asked)
  return {
    ...(status && inStatuses(status)),
    ...(taskId != null && { taskId: idOf('tsk', taskId) }),
    ...(userId != null && { destinationId: idOf('usr', userId) }),
    ...(providerReference != null && { providerReference: storable(providerReference) }),
    createdAt: { ...(createdAfter && { gt: createdAfter }), ...(createdBefore && { lt: createdBefore }) },
  }
}

/** PostgreSQL has no text with a zero byte in it, nor compares one: it fits nothing. */
const storable = (text: string): string | { in: [] } => (text.includes('\0') ? { in: [] } : text)

/** An id that is none of ours fits nothing. */
function idOf(prefix: IdPrefix, id: PublicId): string | { in: [] } {
  return fromPublicId(prefix, id) ?? { in: [] }
}
