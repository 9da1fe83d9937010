/** Endpoints of outgoing webhooks and their deliveries, for their owner alone. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { ViewerType } from '../accounts/accounts.graphql.ts'
import { WebhookDeliveryStatus } from '../db/generated/enums.ts'
import { inStatuses } from '../db/queryHints.ts'
import { builder } from '../graphql/builder.ts'
import { connectionOf, idCursor, NODE_PATHS, nestedNodes, newestFirst, readPage } from '../graphql/pagination.ts'
import { EventRef } from '../streams/events.graphql.ts'
import { visibleDeliveries, visibleEndpoints } from '../visibility/webhookVisibility.ts'
import { ATTEMPT_ERRORS } from './sendRequest.ts'

const ATTEMPTS_SHOWN_MAX = 100

export const WebhookDeliveryStatusEnum = builder.enumType('WebhookDeliveryStatus', {
  description: 'The status of a delivery.',
  values: {
    PENDING: {
      value: WebhookDeliveryStatus.PENDING,
      description: 'It waits for its attempt, or for earlier ones of its subject.',
    },
    SUCCEEDED: {
      value: WebhookDeliveryStatus.SUCCEEDED,
      description: 'The endpoint answered with a status from 200 to 299.',
    },
    RETRYING: {
      value: WebhookDeliveryStatus.RETRYING,
      description: 'An attempt failed; the next one is at `nextAttemptAt`.',
    },
    FAILED: {
      value: WebhookDeliveryStatus.FAILED,
      description: 'It was given up, its endpoint was turned off, or the owner may no longer see the event.',
    },
  },
})

builder.prismaObject('WebhookAttempt', {
  description: 'One attempt of a delivery.',
  select: { number: true },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The number of the attempt, from 1.' }),
    at: t.expose('at', { type: 'DateTime', description: 'The time of the attempt.' }),
    durationMs: t.exposeInt('durationMs', { description: 'The time until its end, in milliseconds.' }),
    statusCode: t.exposeInt('statusCode', {
      nullable: true,
      description: 'The HTTP status of the answer. Null if there was none.',
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: `Null after a success, otherwise the reason: ${Object.keys(ATTEMPT_ERRORS).join(', ')}.`,
    }),
  }),
})

export const WebhookEndpointType = builder.prismaNode('WebhookEndpoint', {
  description:
    'An address to which events are sent as webhooks, signed by the Standard Webhooks specification. Only its owner sees it.',
  id: { field: 'id', description: 'The id, `whe_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleEndpoints(caller)] }),
  select: { id: true },
  fields: (t) => ({
    url: t.field({
      type: 'URL',
      description: 'The address.',
      select: { url: true },
      resolve: ({ url }) => new URL(url),
    }),
    description: t.exposeString('description', { nullable: true, description: 'The note of the owner.' }),
    eventTypes: t.stringList({
      nullable: true,
      description: 'Only events of these types are sent. Null: events of all types.',
      select: { eventTypes: true },
      resolve: ({ eventTypes }) => (eventTypes.length > 0 ? eventTypes : null),
    }),
    platform: t.exposeBoolean('platform', {
      description: "True if it receives all events that an administrator may see, and not only the owner's.",
    }),
    enabled: t.exposeBoolean('enabled', { description: 'False if nothing is sent to it.' }),
    disabledReason: t.exposeString('disabledReason', {
      nullable: true,
      description:
        'The reason for which it was turned off by itself. Null if it is on, or was turned off by its owner.',
    }),
    secretHint: t.exposeString('secretHint', { description: 'The last four characters of the secret.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

export const WebhookDeliveryType = builder.prismaNode('WebhookDelivery', {
  description:
    'An event on its way to an endpoint. Deliveries of one task, chat or transfer arrive in the order of its events: while one is retried, later ones wait.',
  id: { field: 'id', description: 'The id, `whd_...`: the header `webhook-id` of each attempt.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleDeliveries(caller)] }),
  select: { id: true },
  fields: (t) => ({
    endpoint: t.relation('endpoint', { nullable: false, onNull: 'error', description: 'The endpoint.' }),
    event: t.field({
      type: EventRef,
      nullable: true,
      description: 'The event. Null for a test, and if the viewer may not see the event now.',
      select: (_args, _context, nested) => ({ event: nested() }),
      resolve: async ({ event }, _args, { loaders }) =>
        event && (await loaders.visibleEvents.load(event.id)) ? event : null,
    }),
    status: t.expose('status', { type: WebhookDeliveryStatusEnum, description: 'The status.' }),
    attempts: t.relation('attempts', {
      description: `The attempts, oldest first, at most ${ATTEMPTS_SHOWN_MAX}.`,
      query: { orderBy: { number: 'asc' }, take: ATTEMPTS_SHOWN_MAX },
    }),
    nextAttemptAt: t.expose('dueAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'The time of the next attempt; it waits for earlier deliveries of its subject. Null if it has ended.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

const WebhookDeliveryConnection = builder.connectionObject(
  { type: WebhookDeliveryType, name: 'WebhookDeliveryConnection', description: 'A page of deliveries, newest first.' },
  { description: 'A delivery and its cursor.' },
)

const DELIVERY_KEY = { id: true } as const

builder.prismaObjectField('WebhookEndpoint', 'deliveries', (t) =>
  t.connection(
    {
      type: WebhookDeliveryType,
      description: 'The deliveries, newest first. They are kept for thirty days after their end.',
      args: { status: t.arg({ type: [WebhookDeliveryStatusEnum], description: 'Only with one of these statuses.' }) },
      select: ({ status, ...pageArguments }, _context, nested) => {
        const { where, orderBy, take } = newestFirst(readPage(pageArguments, idCursor))
        return {
          deliveries: nestedNodes(nested, 'WebhookDelivery', {
            where: { AND: [where, ...(status ? [inStatuses(status)] : [])] },
            orderBy,
            take,
            select: DELIVERY_KEY,
          }),
        }
      },
      resolve: ({ deliveries }, pageArguments) =>
        connectionOf(deliveries, readPage(pageArguments, idCursor), idCursor, ({ id }) => id),
    },
    WebhookDeliveryConnection,
  ),
)

const WebhookEndpointConnection = builder.connectionObject(
  { type: WebhookEndpointType, name: 'WebhookEndpointConnection', description: 'A page of endpoints, newest first.' },
  { description: 'An endpoint and its cursor.' },
)

const ENDPOINT_KEY = { id: true } as const

builder.objectField(ViewerType, 'webhookEndpoints', (t) =>
  t.connection(
    {
      type: WebhookEndpointType,
      description: 'The endpoints to which events are sent for them, newest first.',
      resolve: async (caller, pageArguments, context, info) => {
        const page = readPage(pageArguments, idCursor)
        const { where, orderBy, take } = newestFirst(page)
        const typeName = 'WebhookEndpoint'
        const { select } = queryFromInfo({ context, info, typeName, paths: NODE_PATHS, select: ENDPOINT_KEY })
        const endpoints = await context.prisma.webhookEndpoint.findMany({
          select: { ...select, ...ENDPOINT_KEY },
          where: { AND: [where, visibleEndpoints(caller)] },
          orderBy,
          take,
        })
        return connectionOf(endpoints, page, idCursor, ({ id }) => id)
      },
    },
    WebhookEndpointConnection,
  ),
)
