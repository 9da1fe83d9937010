/** Describes the API (life cycles, refusals, event types), and returns the remaining request budget of the caller. */
import { OpenIdProviderType } from '../accounts/openId/openId.graphql.ts'
import type { BudgetState } from '../cache/rateLimits.ts'
import type { LifeCycle, Transition } from '../domain/lifeCycle.ts'
import { EVENT_TYPES } from '../events/eventTypes.ts'
import { builder } from '../graphql/builder.ts'
import { ErrorCodeEnum, type ErrorDefinition, errorCatalog } from '../graphql/errors.ts'
import { version } from '../packageRoot.ts'
import { LIFE_CYCLES } from './lifeCycles.ts'

const WorkflowTransition = builder.objectRef<Transition<string>>('WorkflowTransition').implement({
  description: 'A transition between statuses.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The mutation, or the name of an automatic transition.' }),
    from: t.stringList({ description: 'The statuses that allow it.', resolve: ({ from }) => [...from] }),
    to: t.stringList({ description: 'The possible new statuses.', resolve: ({ to }) => [...to] }),
    actors: t.stringList({ description: 'The actors who can trigger it.', resolve: ({ actors }) => [...actors] }),
    after: t.field({
      type: 'Duration',
      nullable: true,
      description:
        'Time after entering the status at which the transition happens automatically. Null if a person or a deadline triggers it.',
      resolve: ({ after }) => after ?? null,
    }),
  }),
})

const WorkflowDefinition = builder.objectRef<LifeCycle<string>>('WorkflowDefinition').implement({
  description: 'The life cycle of a type: its statuses and transitions.',
  fields: (t) => ({
    subject: t.exposeString('subject', { description: 'The type with this life cycle.' }),
    states: t.stringList({ description: 'Every status.', resolve: ({ states }) => [...states] }),
    transitions: t.field({
      type: [WorkflowTransition],
      description: 'Every transition.',
      resolve: ({ transitions }) => [...transitions],
    }),
  }),
})

const ErrorDefinitionType = builder.objectRef<ErrorDefinition>('ErrorDefinition').implement({
  description: 'A refusal that a mutation may return.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum, description: 'Code of the refusal.' }),
    typeName: t.exposeString('typeName', { description: 'GraphQL type of the refusal.' }),
    retryable: t.exposeBoolean('retryable', {
      description: 'True if the same request may succeed later without a change.',
    }),
    description: t.exposeString('description', { description: 'The reason, and what to do.' }),
  }),
})

// One object for all requests, because it does not depend on the caller.
const API = {}

const ApiInfo = builder.objectRef<typeof API>('ApiInfo').implement({
  description: 'Information about this API.',
  fields: (t) => ({
    version: t.string({ description: 'Version of the server.', resolve: () => version }),
    workflows: t.field({
      type: [WorkflowDefinition],
      description: 'Every life cycle, as the server enforces it.',
      resolve: () => Object.values(LIFE_CYCLES),
    }),
    errorCatalog: t.field({
      type: [ErrorDefinitionType],
      description: 'Every refusal of mutations.',
      resolve: () => errorCatalog,
    }),
    eventTypes: t.stringList({
      description: 'Every event type of the log.',
      resolve: () => Object.keys(EVENT_TYPES),
    }),
    openIdProviders: t.field({
      type: [OpenIdProviderType],
      description:
        'The providers by which people sign in. One that does not answer at the moment is missing; empty if the server has none.',
      resolve: (_api, _args, { services }) => services.openIdProviders.describe(),
    }),
  }),
})

const RateLimit = builder.objectRef<BudgetState>('RateLimit').implement({
  description: 'The budget of all requests, per signed-in person, else per address.',
  fields: (t) => ({
    cost: t.int({ description: 'Cost of one request.', resolve: () => 1 }),
    limit: t.exposeInt('limit', { description: 'Size of the full budget.' }),
    remaining: t.int({ description: 'Remaining budget.', resolve: ({ remaining }) => Math.max(0, remaining) }),
    resetAt: t.expose('resetAt', { type: 'DateTime', description: 'Time at which the budget is full again.' }),
  }),
})

builder.queryFields((t) => ({
  apiInfo: t.field({ type: ApiInfo, description: 'Information about this API.', resolve: () => API }),
  rateLimit: t.field({
    type: RateLimit,
    description: 'The request budget of the caller, including this request.',
    resolve: (_root, _args, { caller, address, services }) =>
      services.rateLimits.peek('request', caller?.id ?? address),
  }),
}))
