/** GraphQL Yoga with Pothos and its Prisma plugin, set up as in their documentation. */
import { createServer } from 'node:http'
import SchemaBuilder from '@pothos/core'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import { PrismaPg } from '@prisma/adapter-pg'
import { createYoga } from 'graphql-yoga'
import { PrismaClient } from '../../../src/db/generated/client.ts'
import type PrismaTypes from '../../../src/db/generated/pothos.ts'
import { getDatamodel } from '../../../src/db/generated/pothos.ts'
import { type Money, toDecimal } from '../../../src/domain/money.ts'
import { fromPublicId, newId, toPublicId } from '../../support/publicIds.ts'
import { connectionString, idOfTask, POOL_MAX, place } from './common.ts'

const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString, max: POOL_MAX }) })

// Prisma's default without preview features, for a client that is generated with one.
const relationLoadStrategy = 'query' as const

const builder = new SchemaBuilder<{ PrismaTypes: PrismaTypes; Scalars: { ID: { Input: string; Output: string } } }>({
  plugins: [PrismaPlugin, RelayPlugin],
  prisma: { client: prisma, dmmf: getDatamodel(), filterConnectionTotalCount: true, onUnusedQuery: null },
  relay: { nodesOnConnection: true, nodeQueryOptions: false, nodesQueryOptions: false },
})

const MoneyType = builder.objectRef<Money>('Money').implement({
  fields: (t) => ({
    amount: t.string({ resolve: (money) => toDecimal(money) }),
    currencyCode: t.exposeString('currencyCode'),
  }),
})

builder.prismaObject('User', {
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toPublicId('usr', id) }),
    displayName: t.exposeString('displayName'),
  }),
})

builder.prismaObject('Message', {
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toPublicId('msg', id) }),
    sequence: t.exposeInt('sequence'),
    body: t.exposeString('body'),
    sentAt: t.string({ resolve: ({ sentAt }) => sentAt.toISOString() }),
    author: t.relation('author', { nullable: true }),
  }),
})

const ChatType = builder.prismaObject('Chat', {
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toPublicId('tch', id) }),
    messages: t.relatedConnection('messages', { cursor: 'chatId_sequence', query: { orderBy: { sequence: 'asc' } } }),
  }),
})

builder.prismaObject('TaskApplication', {
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toPublicId('app', id) }),
    status: t.string({ resolve: ({ status }) => status }),
    message: t.exposeString('message', { nullable: true }),
    price: t.field({
      type: MoneyType,
      resolve: ({ priceMinor, currency }) => ({ minorUnits: priceMinor, currencyCode: currency }),
    }),
    createdAt: t.string({ resolve: ({ createdAt }) => createdAt.toISOString() }),
    applicant: t.relation('applicant'),
  }),
})

builder.prismaObject('Task', {
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toPublicId('tsk', id) }),
    title: t.exposeString('title'),
    description: t.exposeString('description'),
    status: t.string({ resolve: ({ status }) => status }),
    budget: t.field({
      type: MoneyType,
      resolve: ({ budgetMinor, currency }) => ({ minorUnits: budgetMinor, currencyCode: currency }),
    }),
    createdAt: t.string({ resolve: ({ createdAt }) => createdAt.toISOString() }),
    applicationCount: t.exposeInt('applicationCount'),
    poster: t.relation('poster'),
    applications: t.relatedConnection('applications', { cursor: 'id', query: { orderBy: { id: 'desc' } } }),
    chat: t.field({
      type: ChatType,
      nullable: true,
      select: (_args, _context, nested) => ({ chats: nested({ orderBy: { id: 'desc' }, take: 1 }) }),
      resolve: ({ chats }) => chats[0] ?? null,
    }),
  }),
})

const MessagePayload = builder.objectRef<{ messageId: string }>('MessagePayload').implement({
  fields: (t) => ({
    sentMessage: t.prismaField({
      type: 'Message',
      resolve: (query, { messageId }) =>
        prisma.message.findUniqueOrThrow({ ...query, relationLoadStrategy, where: { id: messageId } }),
    }),
  }),
})

const SendMessageInput = builder.inputType('SendMessageInput', {
  fields: (t) => ({ chatId: t.id({ required: true }), body: t.string({ required: true }) }),
})

builder.queryType({
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: (query, _root, { id }) =>
        prisma.task.findUnique({ ...query, relationLoadStrategy, where: { id: idOfTask(id) } }),
    }),
    tasks: t.prismaConnection({
      type: 'Task',
      cursor: 'id',
      resolve: (query) =>
        prisma.task.findMany({
          ...query,
          relationLoadStrategy,
          where: { status: 'OPEN', acceptanceMode: { not: 'INVITE_ONLY' } },
          orderBy: { id: 'desc' },
        }),
    }),
  }),
})

builder.mutationType({
  fields: (t) => ({
    sendMessage: t.field({
      type: MessagePayload,
      args: { input: t.arg({ type: SendMessageInput, required: true }) },
      resolve: async (_root, { input }) => ({ messageId: await sendMessage(input) }),
    }),
  }),
})

function sendMessage({ chatId, body }: { chatId: string; body: string }): Promise<string> {
  const id = fromPublicId('tch', chatId)
  if (!id) throw new Error(`${chatId} is no id of a chat.`)
  return prisma.$transaction(async (tx) => {
    const chat = await tx.chat.update({
      where: { id, endedAt: null },
      data: { lastSequence: { increment: 1 } },
      include: { participants: true },
    })
    const message = await tx.message.create({
      data: {
        id: newId(),
        chatId: chat.id,
        sequence: chat.lastSequence,
        kind: 'TEXT',
        authorId: chat.taskerId,
        body,
        sentAt: new Date(),
      },
    })
    await tx.event.create({
      data: {
        id: newId(),
        kind: 'CHAT',
        type: 'chat.message',
        occurredAt: message.sentAt,
        actorId: message.authorId,
        taskId: chat.taskId,
        chatId: chat.id,
        messageId: message.id,
        recipientIds: chat.participants.map(({ userId }) => userId),
      },
    })
    return message.id
  })
}

createServer(createYoga({ schema: builder.toSchema(), logging: 'error', maskedErrors: false })).listen(place)
