/** What the API says of itself, and what is left of the caller's budget of requests. */
import type { BudgetState } from '../cache/rateLimits.ts'
import type { LifeCycle, Transition } from '../domain/lifeCycle.ts'
import { EVENT_TYPES } from '../events/eventTypes.ts'
import { builder } from '../graphql/builder.ts'
import { ErrorCodeEnum, type ErrorDefinition, errorCatalog } from '../graphql/errors.ts'
import { version } from '../packageRoot.ts'
import { supportChatLifeCycle } from '../support/supportChatStatus.ts'
import { applicationLifeCycle } from '../tasks/applications/applicationStatus.ts'
import { taskLifeCycle } from '../tasks/taskStatus.ts'
import { holdLifeCycle } from '../transfers/holds/holdStatus.ts'
import { refundLifeCycle } from '../transfers/refunds/refundStatus.ts'
import { transferLifeCycle } from '../transfers/transfers/transferStatus.ts'

const LIFE_CYCLES: readonly LifeCycle<string>[] = [
  taskLifeCycle,
  applicationLifeCycle,
  holdLifeCycle,
  transferLifeCycle,
  refundLifeCycle,
  supportChatLifeCycle,
]

const WorkflowTransition = builder.objectRef<Transition<string>>('WorkflowTransition').implement({
  description: 'A move that a status allows.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The mutation that makes it, or what time or the provider does.' }),
    from: t.stringList({ description: 'The statuses that allow it.', resolve: ({ from }) => [...from] }),
    to: t.stringList({ description: 'The statuses that it may lead to.', resolve: ({ to }) => [...to] }),
    actors: t.stringList({ description: 'Who makes it.', resolve: ({ actors }) => [...actors] }),
    after: t.field({
      type: 'Duration',
      nullable: true,
      description: 'How long after entering the status time makes it; null where somebody does, or a deadline.',
      resolve: ({ after }) => after ?? null,
    }),
  }),
})

const WorkflowDefinition = builder.objectRef<LifeCycle<string>>('WorkflowDefinition').implement({
  description: 'The life cycle of a kind of thing: its statuses and the moves between them.',
  fields: (t) => ({
    subject: t.exposeString('subject', { description: 'What has it.' }),
    states: t.stringList({ description: 'Every status.', resolve: ({ states }) => [...states] }),
    transitions: t.field({
      type: [WorkflowTransition],
      description: 'Every move.',
      resolve: ({ transitions }) => [...transitions],
    }),
  }),
})

const ErrorDefinitionType = builder.objectRef<ErrorDefinition>('ErrorDefinition').implement({
  description: 'A refusal that a mutation may answer with.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum, description: 'Its code.' }),
    typeName: t.exposeString('typeName', { description: 'The type that it comes as.' }),
    retryable: t.exposeBoolean('retryable', {
      description: 'Whether the same request may succeed later as it stands.',
    }),
    description: t.exposeString('description', { description: 'When it is given, and what to do.' }),
  }),
})

// One for the whole process: it says nothing of a caller.
const API = {}

const ApiInfo = builder.objectRef<typeof API>('ApiInfo').implement({
  description: 'What this API knows of itself.',
  fields: (t) => ({
    version: t.string({ description: 'The version of the server.', resolve: () => version }),
    workflows: t.field({
      type: [WorkflowDefinition],
      description: 'Every life cycle, as the server enforces it.',
      resolve: () => [...LIFE_CYCLES],
    }),
    errorCatalog: t.field({
      type: [ErrorDefinitionType],
      description: 'Every refusal that is data.',
      resolve: () => errorCatalog,
    }),
    eventTypes: t.stringList({
      description: 'Every type of event that the log may have.',
      resolve: () => Object.keys(EVENT_TYPES),
    }),
  }),
})

const RateLimit = builder.objectRef<BudgetState>('RateLimit').implement({
  description: 'The budget of all requests together: for each person who is signed in, else for each address.',
  fields: (t) => ({
    cost: t.int({ description: 'What a request takes from it.', resolve: () => 1 }),
    limit: t.exposeInt('limit', { description: 'How much there is, full.' }),
    remaining: t.int({ description: 'How much is left.', resolve: ({ remaining }) => Math.max(0, remaining) }),
    resetAt: t.expose('resetAt', { type: 'DateTime', description: 'When it is full again.' }),
  }),
})

builder.queryFields((t) => ({
  apiInfo: t.field({ type: ApiInfo, description: 'What this API knows of itself.', resolve: () => API }),
  rateLimit: t.field({
    type: RateLimit,
    description: 'What is left of the budget of requests, this one counted.',
    resolve: (_root, _args, { caller, address, services }) =>
      services.rateLimits.peek('request', caller?.id ?? address),
  }),
}))
