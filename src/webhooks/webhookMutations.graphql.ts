/** Mutations of endpoints of outgoing webhooks. */
import { OkResult } from '../accounts/sessions/signIn.graphql.ts'
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  NotFoundError,
  RateLimitedError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { mutation, result, uuidOf } from '../graphql/mutation.ts'
import { visibleDeliveries, visibleEndpoints } from '../visibility/webhookVisibility.ts'
import { createWebhookEndpoint, ENDPOINTS_MAX, type EndpointAnswer } from './createWebhookEndpoint.ts'
import { deleteWebhookEndpoint } from './deleteWebhookEndpoint.ts'
import {
  createWebhookEndpointSchema,
  DESCRIPTION_LENGTH_MAX,
  redeliverSchema,
  updateWebhookEndpointSchema,
  webhookEndpointActionSchema,
} from './inputSchemas.ts'
import { redeliverWebhook } from './redeliverWebhook.ts'
import { testWebhookEndpoint } from './testWebhookEndpoint.ts'
import { updateWebhookEndpoint } from './updateWebhookEndpoint.ts'
import { WebhookDeliveryType, WebhookEndpointType } from './webhooks.graphql.ts'

const WebhookEndpointPayload = builder.objectRef<EndpointAnswer>('WebhookEndpointPayload').implement({
  description: 'The endpoint was created or changed.',
  fields: (t) => ({
    endpoint: t.prismaField({
      type: WebhookEndpointType,
      description: 'The endpoint.',
      resolve: (query, { endpointId: id }, _args, { prisma, caller }) =>
        prisma.webhookEndpoint.findUniqueOrThrow({ ...query, where: { id, AND: [visibleEndpoints(caller)] } }),
    }),
    secret: t.exposeString('secret', {
      nullable: true,
      description:
        'The signing secret, `whsec_...`, if one was made: shown here and never again. The receiver verifies signatures with it.',
    }),
  }),
})

const WebhookDeliveryPayload = builder.objectRef<{ deliveryId: string }>('WebhookDeliveryPayload').implement({
  description: 'The delivery was queued.',
  fields: (t) => ({
    delivery: t.prismaField({
      type: WebhookDeliveryType,
      description: 'The delivery. A worker sends it after this answer.',
      resolve: async (query, { deliveryId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleDeliveries(caller)] }
        const delivery = await prisma.webhookDelivery.findUnique({ ...query, where })
        // The endpoint was deleted after the stored answer.
        if (!delivery) throw NotFoundError.of('whd', id)
        return delivery
      },
    }),
  }),
})

const WebhookEndpointResult = result('WebhookEndpointResult', WebhookEndpointPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  RateLimitedError,
])

const WebhookDeliveryResult = result('WebhookDeliveryResult', WebhookDeliveryPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  IdempotencyInProgressError,
  RateLimitedError,
])

const URL_RULES =
  'An https address without user name and password, on port 443 or from 1024 up. Requests are sent to public addresses only, without redirects.'
const DESCRIPTION_RULES = `A note for its owner: one line of 1 to ${DESCRIPTION_LENGTH_MAX} characters.`

const CreateWebhookEndpointInput = builder.inputType('CreateWebhookEndpointInput', {
  description: 'A new endpoint.',
  fields: (t) => ({
    url: t.field({ type: 'URL', required: true, description: URL_RULES }),
    description: t.string({ description: DESCRIPTION_RULES }),
    eventTypes: t.stringList({
      description: 'Only events of these types, e.g. `task.accepted`. Events of all types by default.',
    }),
    platform: t.boolean({
      defaultValue: false,
      description: 'Sends all events that an administrator may see. For administrators.',
    }),
  }),
})

const UpdateWebhookEndpointInput = builder.inputType('UpdateWebhookEndpointInput', {
  description: 'The changes of an endpoint. Absent fields stay as they are.',
  fields: (t) => ({
    endpointId: t.id({ required: true, description: 'The endpoint, `whe_...`.' }),
    url: t.field({ type: 'URL', description: URL_RULES }),
    description: t.string({ description: `${DESCRIPTION_RULES} Null removes it.` }),
    eventTypes: t.stringList({ description: 'Only events of these types. Null: events of all types.' }),
    enabled: t.boolean({
      description:
        'False turns it off: nothing is sent, and deliveries that wait are given up. True turns it on for the events from then on.',
    }),
    rotateSecret: t.boolean({
      defaultValue: false,
      description: 'Makes a new secret. The previous one signs as well for 24 hours.',
    }),
  }),
})

const WebhookEndpointActionInput = builder.inputType('WebhookEndpointActionInput', {
  description: 'An endpoint of the viewer.',
  fields: (t) => ({ endpointId: t.id({ required: true, description: 'The endpoint, `whe_...`.' }) }),
})

const RedeliverInput = builder.inputType('RedeliverInput', {
  description: 'A delivery to be sent once more.',
  fields: (t) => ({
    idempotencyKey: t.field({
      type: 'IdempotencyKey',
      description: 'A request that is repeated under the same key runs once.',
    }),
    deliveryId: t.id({ required: true, description: 'The delivery, `whd_...`.' }),
  }),
})

mutation('createWebhookEndpoint', {
  description: `Creates an endpoint, to which events that concern the viewer are sent from now on. A person has at most ${ENDPOINTS_MAX}.`,
  input: CreateWebhookEndpointInput,
  result: WebhookEndpointResult,
  inputSchema: createWebhookEndpointSchema,
  budget: 'creation',
  rule: (tx, endpoint, { caller, services, requestId }) =>
    createWebhookEndpoint(tx, services, { ...endpoint, caller, requestId }),
})

mutation('updateWebhookEndpoint', {
  description: 'Changes an endpoint of the viewer, turns it on or off, or makes a new secret.',
  input: UpdateWebhookEndpointInput,
  result: WebhookEndpointResult,
  inputSchema: updateWebhookEndpointSchema,
  budget: 'creation',
  rule: (tx, { endpointId, ...change }, { caller, services, requestId }) =>
    updateWebhookEndpoint(tx, services, {
      ...change,
      endpointId: uuidOf('whe', endpointId),
      caller,
      requestId,
    }),
})

mutation('deleteWebhookEndpoint', {
  description: 'Deletes an endpoint of the viewer and its deliveries.',
  input: WebhookEndpointActionInput,
  result: OkResult,
  inputSchema: webhookEndpointActionSchema,
  rule: async (tx, { endpointId }, { caller, requestId }) => {
    await deleteWebhookEndpoint(tx, { caller, endpointId: uuidOf('whe', endpointId), requestId })
    return { ok: true }
  },
})

mutation('testWebhookEndpoint', {
  description:
    'Sends a delivery of the type `webhook.test` to an endpoint of the viewer, once and without a repetition, also if it is turned off.',
  input: WebhookEndpointActionInput,
  result: WebhookDeliveryResult,
  inputSchema: webhookEndpointActionSchema,
  budget: 'creation',
  rule: (tx, { endpointId }, { caller }) =>
    testWebhookEndpoint(tx, { callerId: caller.id, endpointId: uuidOf('whe', endpointId) }),
})

mutation('redeliverWebhook', {
  description: 'Sends a delivery once more, now. Its `webhook-id` stays the same.',
  input: RedeliverInput,
  result: WebhookDeliveryResult,
  inputSchema: redeliverSchema,
  budget: 'creation',
  rule: (tx, { deliveryId }, { caller }) =>
    redeliverWebhook(tx, { callerId: caller.id, deliveryId: uuidOf('whd', deliveryId) }),
})
