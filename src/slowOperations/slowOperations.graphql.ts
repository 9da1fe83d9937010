/** The last slow operations, for administrators. */
import { UserType } from '../accounts/accounts.graphql.ts'
import { builder, PAGE_SIZE, PAGE_SIZE_MAX } from '../graphql/builder.ts'
import { readPage } from '../graphql/pagination.ts'
import { SLOW_OPERATIONS_KEPT } from './slowOperationRecorder.ts'

const SlowOperationType = builder.prismaObject('SlowOperation', {
  description:
    'An operation that took at least `SLOW_OPERATION_MS`, with what it waited for. It has no variables and no texts.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it ended, in real time.' }),
    operationName: t.exposeString('operationName', {
      nullable: true,
      description:
        'Its name in the document, of at most 100 characters. Null if it has none, or was refused before it was selected.',
    }),
    documentHash: t.expose('documentHash', { type: 'Sha256', description: 'The hash of the document as it was sent.' }),
    durationMs: t.exposeInt('durationMs', {
      description:
        'The milliseconds from the parsed request to the result; for a subscription, to the start of its stream.',
    }),
    sqlCount: t.exposeInt('sqlCount', { description: 'The number of SQL statements.' }),
    sqlMs: t.exposeInt('sqlMs', {
      description: 'The milliseconds of its SQL statements, added up: more than it took if they ran at the same time.',
    }),
    poolWaitMs: t.exposeInt('poolWaitMs', {
      description: 'The milliseconds in which its statements waited for a connection of the pool, added up.',
    }),
    eventLoopDelayMs: t.exposeInt('eventLoopDelayMs', {
      description: 'The largest delay of the event loop while it ran, in milliseconds.',
    }),
    errorCount: t.exposeInt('errorCount', {
      description: 'The number of `errors[]`; a refusal that is returned as data is none.',
    }),
    requestId: t.exposeString('requestId', { description: 'The id of the request, as in the log of the server.' }),
    viewer: t.relation('viewer', {
      type: UserType,
      nullable: true,
      description: 'The person of the request. Null if it was anonymous.',
    }),
  }),
})

builder.queryField('slowOperations', (t) =>
  t.prismaField({
    type: [SlowOperationType],
    nullable: true,
    roles: ['ADMIN'],
    description: `The last slow operations of all servers, newest first, refused ones included. At most ${SLOW_OPERATIONS_KEPT} are kept; they are written a second after their answers. For administrators; null to everybody else.`,
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? PAGE_SIZE }),
    args: {
      since: t.arg({ type: 'DateTime', description: 'Only those that ended after this time.' }),
      first: t.arg.int({ description: `The number of operations, at most ${PAGE_SIZE_MAX}; ${PAGE_SIZE} by default.` }),
    },
    resolve: (query, _root, { since, first }, { prisma }) => {
      const { limit } = readPage({ first }, NO_CURSOR)
      return prisma.slowOperation.findMany({
        ...query,
        where: since ? { at: { gt: since } } : {},
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        take: limit,
      })
    },
  }),
)

const NO_CURSOR = { write: () => '', read: () => undefined }
