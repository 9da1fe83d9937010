/** Lists of transfers: those to the viewer, and all of them for finance staff. */
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
  description: 'A filter of transfers. They must match all given fields; absent and null fields are ignored.',
  fields: (t) => ({
    status: t.field({ type: [TransferStatusEnum], description: 'One of these statuses.' }),
    taskId: t.id({ description: 'The task, `tsk_...`.' }),
    userId: t.id({ description: 'The person who is paid, `usr_...`.' }),
    providerReference: t.string({ description: "The provider's id of the transfer." }),
    createdAfter: t.field({ type: 'DateTime', description: 'Created after this time.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Created before this time.' }),
  }),
})

type TransferFilter = typeof TransferFilterInput.$inferInput

const filterArgument = { type: TransferFilterInput, description: 'A filter of the list.' } as const

builder.queryField('transfers', (t) =>
  t.connection(
    {
      type: TransferType,
      nullable: true,
      roles: ['FINANCE'],
      description:
        'All transfers, newest first. For finance staff and administrators, without those of tasks in which they have a conflict of interest and are not a party; null to everybody else.',
      args: { filter: t.arg(filterArgument) },
      resolve: (_root, { filter, ...page }, context, info) =>
        pageOf(context, info, { where: { AND: [conditionsOf(filter ?? {}), visibleTransfers(context.caller)] }, page }),
    },
    TransferConnection,
  ),
)

builder.objectField(ViewerType, 'transfers', (t) =>
  t.connection(
    {
      type: TransferType,
      description: 'The transfers to them, newest first.',
      args: { filter: t.arg(filterArgument) },
      resolve: ({ id }, { filter, ...page }, context, info) =>
        pageOf(context, info, {
          where: { AND: [{ destinationId: id }, conditionsOf(withStatuses(filter ?? {}))] },
          page,
        }),
    },
    TransferConnection,
  ),
)

async function pageOf(
  context: Context,
  info: GraphQLResolveInfo,
  { where, page: pageArguments }: { where: Prisma.TransferWhereInput; page: PageArguments },
) {
  const page = readPage(pageArguments, transferCursor)
  const { select } = queryFromInfo({ context, info, typeName: 'Transfer', paths: NODE_PATHS, select: KEY_SELECT })
  const direction = page.backward ? ('asc' as const) : ('desc' as const)
  const transfers = await context.prisma.transfer.findMany({
    select: { ...select, ...KEY_SELECT },
    where: { AND: [where, beyond(page.after, 'lt'), beyond(page.before, 'gt')] },
    orderBy: [{ createdAt: direction }, { id: direction }],
    take: page.limit + 1,
  })
  return connectionOf(transfers, page, transferCursor, (transfer) => transfer)
}

// By time, and not by the time-ordered id alone, so that a filter on the time is a range of the same index order.
const KEY_SELECT = { id: true, createdAt: true } as const
type CursorKey = Pick<Transfer, keyof typeof KEY_SELECT>

const transferCursor: Cursor<CursorKey> = {
  write: ({ createdAt, id }) => toCursor(`${createdAt.getTime()}:${id}`),
  read: (text) => {
    const [, at, id = ''] = /^(\d{1,15}):(.+)$/.exec(fromCursor(text)) ?? []
    return UUID.test(id) ? { createdAt: new Date(Number(at)), id } : undefined
  },
}

/** Rows strictly beyond a cursor. The first condition is implied by the second; it lets PostgreSQL scan a range of an index. */
function beyond(key: CursorKey | undefined, side: 'lt' | 'gt'): Prisma.TransferWhereInput {
  if (!key) return {}
  const { createdAt, id } = key
  const bound = side === 'lt' ? { lte: createdAt } : { gte: createdAt }
  return { createdAt: bound, OR: [{ createdAt: { [side]: createdAt } }, { createdAt, id: { [side]: id } }] }
}

/** Names all statuses if none is given, because the index on the transfers of a person has the status before the time. */
const withStatuses = (filter: TransferFilter): TransferFilter => ({
  ...filter,
  status: filter.status ?? Object.values(TransferStatus),
})

function conditionsOf(filter: TransferFilter): Prisma.TransferWhereInput {
  const { status, taskId, userId, providerReference, createdAfter, createdBefore } =
    filter.userId == null ? filter : withStatuses(filter)
  return {
    ...(status && inStatuses(status)),
    ...(taskId != null && { taskId: idOf('tsk', taskId) }),
    ...(userId != null && { destinationId: idOf('usr', userId) }),
    ...(providerReference != null && { providerReference: storable(providerReference) }),
    createdAt: { ...(createdAfter && { gt: createdAfter }), ...(createdBefore && { lt: createdBefore }) },
  }
}

/** PostgreSQL rejects text with a zero byte, so such text matches nothing. */
const storable = (text: string): string | { in: [] } => (text.includes('\0') ? { in: [] } : text)

/** An id that is not one of ours matches nothing. */
function idOf(prefix: IdPrefix, id: PublicId): string | { in: [] } {
  return fromPublicId(prefix, id) ?? { in: [] }
}
