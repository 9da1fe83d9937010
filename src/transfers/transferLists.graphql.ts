/** Transfers in lists: those to the viewer, and for finance staff all of them. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { ViewerType } from '../accounts/accounts.graphql.ts'
import type { Prisma } from '../db/generated/client.ts'
import { fromPublicId, type IdPrefix } from '../db/ids.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { connectionOf, idCursor, NODE_PATHS, newestFirst, type PageArguments, readPage } from '../graphql/pagination.ts'
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
      description: 'All transfers, the newest first. For finance staff and administrators; null to everybody else.',
      args: { filter: t.arg(filterArgument) },
      resolve: (_root, { filter, ...page }, context, info) => pageOf(context, info, { where: fits(filter), page }),
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
        pageOf(context, info, { where: { AND: [{ destinationId: id }, fits(filter)] }, page }),
    },
    TransferConnection,
  ),
)

async function pageOf(
  context: Context,
  info: GraphQLResolveInfo,
  { where, page: pageArguments }: { where: Prisma.TransferWhereInput; page: PageArguments },
) {
  const page = readPage(pageArguments, idCursor)
  const { select } = queryFromInfo({ context, info, typeName: 'Transfer', paths: NODE_PATHS, select: { id: true } })
  const beyond = newestFirst(page)
  const transfers = await context.prisma.transfer.findMany({
    select: { ...select, id: true },
    where: { AND: [beyond.where, where] },
    orderBy: beyond.orderBy,
    take: beyond.take,
  })
  return connectionOf(transfers, page, idCursor, ({ id }) => id)
}

function fits(filter: TransferFilter | null | undefined): Prisma.TransferWhereInput {
  if (!filter) return {}
  const { status, taskId, userId, providerReference, createdAfter, createdBefore } = filter
  return {
    ...(status && { status: { in: status } }),
    ...(taskId != null && { taskId: idOf('tsk', taskId) }),
    ...(userId != null && { destinationId: idOf('usr', userId) }),
    ...(providerReference != null && { providerReference }),
    createdAt: { ...(createdAfter && { gt: createdAfter }), ...(createdBefore && { lt: createdBefore }) },
  }
}

/** An id that is none of ours fits nothing. */
function idOf(prefix: IdPrefix, text: string): string | { in: [] } {
  return fromPublicId(prefix, text) ?? { in: [] }
}
