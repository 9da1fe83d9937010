/**
 * The authorization table: every query, mutation, type with an id, and field of a task, for every kind of caller. The tests walk the
 * schema, so a new member without a row here fails.
 */
import { randomUUID } from 'node:crypto'
import { getNamedType, isEnumType, isInterfaceType, isObjectType, isScalarType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../src/api/schema.ts'
import { ask, type Caller } from '../../support/ask.ts'
import { sandboxChargeback } from '../../support/chargebacks.ts'
import { endpointOf } from '../../support/outgoing/webhooks.ts'
import { person } from '../../support/people.ts'
import { fromPublicId, newId, toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import type { Named } from '../../support/story.ts'
import { sendForm, uploadForm } from '../../support/uploads.ts'
import {
  CALLERS,
  type CallerName,
  differenceRow,
  holdOf,
  makeWorld,
  paidTransfer,
  type World,
} from '../../support/worlds/authorizationWorld.ts'

let app: TestApp
let world: World
let url: string

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  world = await makeWorld(app)
  app.slowOperations.record({
    name: 'Slow',
    document: '{ slow }',
    durationMs: 60_000,
    statements: 0,
    statementsMs: 0,
    poolWaitMs: 0,
    errorCodes: [],
    requestId: 'slow-request',
    viewerId: undefined,
  })
  await app.slowOperations.flush()
})
afterAll(async () => {
  await app.stop()
})

const everyone = [...CALLERS]
const signedIn = CALLERS.filter((name) => name !== 'anonymous')
const staff: CallerName[] = ['finance', 'admin']
const service: CallerName[] = ['agent', 'admin']
const parties: CallerName[] = ['poster', 'assignee', ...staff]
const concerned: CallerName[] = ['poster', 'assignee', 'applicant', ...staff]

/** The callers for whom the predicate is true, in the order of the table. */
async function callersWho(predicate: (caller: Caller) => Promise<boolean>): Promise<CallerName[]> {
  const names: CallerName[] = []
  for (const name of CALLERS) if (await predicate(world.callers[name])) names.push(name)
  return names
}

const inOrder = (names: readonly CallerName[]): CallerName[] => CALLERS.filter((name) => names.includes(name))

describe('every type with an id', () => {
  const seenBy: Record<string, readonly CallerName[]> = {
    Category: everyone,
    User: everyone,
    Session: ['poster'],
    AccessToken: ['poster'],
    SecondFactor: ['poster'],
    Task: concerned,
    // A blind one; test/api/reviews/blindness.test.ts has every other path to it.
    Review: ['poster'],
    TaskApplication: ['poster', 'applicant', ...staff],
    TaskChat: ['poster', 'assignee', 'admin'],
    Message: ['poster', 'assignee', 'admin'],
    Attachment: concerned,
    SupportChat: ['stranger', ...service],
    Note: service,
    Agent: service,
    Hold: parties,
    Refund: parties,
    Dispute: parties,
    Chargeback: parties,
    Reversal: parties,
    Transfer: parties,
    FeeRule: everyone,
    LedgerAccount: staff,
    LedgerTransaction: staff,
    LedgerEntry: staff,
    Reconciliation: staff,
    ReconciliationDifference: staff,
    AuditRecord: ['admin'],
    WebhookEndpoint: ['poster'],
    WebhookDelivery: ['poster'],
    Notification: ['poster'],
    TaskEvent: parties,
    ChatEvent: ['poster', 'assignee', 'admin'],
    TransferEvent: parties,
  }

  // A root field of the type must return the same as `node`.
  const ownField: Record<string, string> = {
    User: 'user',
    Task: 'task',
    TaskChat: 'chat',
    Transfer: 'transfer',
    Dispute: 'dispute',
    LedgerAccount: 'ledgerAccount',
  }

  test('is in the table', () => {
    const node = schema.getType('Node')
    const types = isInterfaceType(node) ? schema.getPossibleTypes(node).map(({ name }) => name) : []
    expect(Object.keys(seenBy).sort()).toEqual(types.sort())
  })

  test.each(Object.entries(seenBy))('%s can be read by id by %j', async (type, expected) => {
    const id = world.ids[type]
    const own = ownField[type]
    const query = `query ($id: ID!) {
      node(id: $id) { __typename id } nodes(ids: [$id]) { id } ${own ? `own: ${own}(id: $id) { id }` : ''}
    }`
    const readers = await callersWho(async (caller) => {
      const { node, nodes, own: ownNode = node } = await ask<Record<string, unknown>>(caller, query, { id })
      if (node) expect(node).toEqual({ __typename: type, id })
      expect([nodes, Boolean(ownNode)]).toEqual([[node ? { id } : null], Boolean(node)])
      return node !== null
    })
    expect(readers).toEqual(inOrder(expected))
  })
})

describe('every query', () => {
  /** The document of each query, and the callers who see something. */
  const queries: Record<string, [document: () => string, seenBy: readonly CallerName[]]> = {
    agents: [() => 'agents { id }', service],
    apiInfo: [() => 'apiInfo { version }', everyone],
    auditLog: [() => 'auditLog { nodes { id } }', ['admin']],
    categories: [() => 'categories { id }', everyone],
    chat: [() => `chat(id: "${world.ids.TaskChat}") { id }`, ['poster', 'assignee', 'admin']],
    dispute: [() => `dispute(id: "${world.ids.Dispute}") { id }`, parties],
    chargebacks: [() => 'chargebacks { nodes { id } }', staff],
    disputeHealth: [() => 'disputeHealth { open }', staff],
    events: [() => 'events { pageInfo { hasNextPage } }', signedIn],
    feeRules: [() => 'feeRules { id }', everyone],
    ledgerAccount: [() => `ledgerAccount(id: "${world.ids.LedgerAccount}") { id }`, staff],
    ledgerHealth: [() => 'ledgerHealth { ok }', staff],
    ledgerTransactions: [() => 'ledgerTransactions { nodes { id } }', staff],
    myAssignedChats: [() => 'myAssignedChats { nodes { id } }', ['agent']],
    node: [() => `node(id: "${world.ids.Task}") { id }`, concerned],
    nodes: [() => `nodes(ids: ["${world.ids.Task}"]) { id }`, concerned],
    rateLimit: [() => 'rateLimit { remaining }', everyone],
    reconciliations: [() => 'reconciliations { nodes { id } }', staff],
    sandbox: [() => 'sandbox { now }', everyone],
    slowOperations: [() => 'slowOperations { requestId }', ['admin']],
    statement: [
      () => 'statement(from: "2000-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z", currencyCode: "EUR") { from }',
      staff,
    ],
    supportQueue: [() => 'supportQueue { totalCount }', service],
    task: [() => `task(id: "${world.ids.Task}") { id }`, concerned],
    tasks: [() => 'tasks(filter: { status: [SUBMITTED] }) { nodes { id } }', concerned],
    transfer: [() => `transfer(id: "${world.ids.Transfer}") { id }`, parties],
    transfers: [() => 'transfers { nodes { id } }', staff],
    user: [() => `user(id: "${world.ids.User}") { id }`, everyone],
    users: [() => 'users(search: "a") { nodes { id } }', ['admin']],
    viewer: [() => 'viewer { email }', signedIn],
  }

  test('is in the table', () => {
    expect(Object.keys(queries).sort()).toEqual(Object.keys(schema.getQueryType()?.getFields() ?? {}).sort())
  })

  test.each(Object.entries(queries))('%s returns something to these callers only', async (name, [document, seenBy]) => {
    const readers = await callersWho(async (caller) => {
      const answer = await ask<Record<string, unknown>>(caller, `{ ${document()} }`)
      return isSomething(answer[name])
    })
    expect(readers).toEqual(inOrder(seenBy))
  })
})

/** True if a field has a value: not null, zero, an empty list or an empty page. */
function isSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isSomething)
  if (typeof value === 'object' && value !== null && 'nodes' in value) return isSomething(value.nodes)
  return value !== null && value !== undefined && value !== 0
}

describe('every field of a task', () => {
  const shownTo: Record<string, readonly CallerName[]> = {
    id: everyone,
    version: everyone,
    attachments: everyone,
    title: everyone,
    description: everyone,
    category: everyone,
    status: everyone,
    acceptanceMode: everyone,
    budget: everyone,
    deadline: everyone,
    location: everyone,
    poster: everyone,
    createdAt: everyone,
    updatedAt: everyone,
    publishedAt: everyone,
    reviews: everyone,
    acceptedAt: concerned,
    submittedAt: concerned,
    completedAt: concerned,
    availableActions: concerned,
    nextAutomaticTransition: concerned,
    applicationCount: concerned,
    applications: concerned,
    viewerApplication: concerned,
    agreedPrice: parties,
    assignee: parties,
    invitee: parties,
    submission: parties,
    hold: parties,
    transfers: parties,
    moneyTrail: parties,
    dispute: parties,
    history: parties,
    chat: ['poster', 'assignee', 'admin'],
    chats: ['poster', 'admin'],
  }

  // A signed-in caller who may not see the task reaches its public part through a refusal.
  const PUBLIC = '... on TaskAlreadyAcceptedError { task'

  const selections = () =>
    Object.values(taskFields()).map(({ name, type }) => {
      const named = getNamedType(type)
      const isLeaf = isScalarType(named) || isEnumType(named)
      const isPage = isObjectType(named) && 'nodes' in named.getFields()
      return `${name} ${isLeaf ? '' : isPage ? '{ nodes { __typename } }' : '{ __typename }'}`
    })

  const taskFields = () => {
    const task = schema.getType('Task')
    return isObjectType(task) ? task.getFields() : {}
  }

  async function shown(caller: Caller, { id }: Named): Promise<Record<string, unknown>> {
    const fields = selections().join(' ')
    const { task } = await ask<{ task: Record<string, unknown> | null }>(
      caller,
      `query ($id: ID!) { task(id: $id) { ${fields} } }`,
      { id },
    )
    if (task) return task
    const mutation = `mutation ($id: ID!) { applyToTask(input: { taskId: $id }) { ${PUBLIC} { ${fields} } } } }`
    const { applyToTask } = await ask<{ applyToTask: { task?: Record<string, unknown> } }>(caller, mutation, { id })
    return applyToTask.task ?? {}
  }

  test('is in the table', () => {
    expect(Object.keys(shownTo).sort()).toEqual(Object.keys(taskFields()).sort())
  })

  test('returns something to these callers only', async () => {
    const found: Record<string, CallerName[]> = Object.fromEntries(Object.keys(shownTo).map((field) => [field, []]))
    for (const name of signedIn) {
      // No single task has a value for every field.
      const tasks = [world.submitted, world.completed, world.invited, world.disputed]
      const answers = await Promise.all(tasks.map((task) => shown(world.callers[name], task)))
      for (const [field, names] of Object.entries(found)) {
        if (answers.some((answer) => isSomething(answer[field]))) names.push(name)
      }
    }
    const expected = Object.entries(shownTo).map(([field, names]) => [
      field,
      inOrder(names).filter((name) => name !== 'anonymous'),
    ])
    expect(found).toEqual(Object.fromEntries(expected))
  })
})

describe('restricted fields of a person and a hold', () => {
  const shownTo: [what: string, document: () => string, seenBy: readonly CallerName[]][] = [
    ['the email', () => `user(id: "${world.ids.User}") { shown: email }`, ['poster', 'admin']],
    ['roles', () => `user(id: "${world.ids.User}") { shown: roles }`, ['admin']],
    [
      'the client secret of a payment',
      () => `node(id: "${world.ids.Hold}") { ... on Hold { shown: clientSecret } }`,
      ['poster'],
    ],
  ]

  test.each(shownTo)('%s is visible to these callers only', async (_what, document, seenBy) => {
    const readers = await callersWho(async (caller) => {
      const answer = await ask<Record<string, { shown: unknown } | null>>(caller, `{ ${document()} }`)
      return Object.values(answer).some((thing) => isSomething(thing?.shown))
    })
    expect(readers).toEqual(inOrder(seenBy))
  })
})

type Outcomes = Record<CallerName, string>

const outcome = (typename: string, ...except: Partial<Outcomes>[]): Outcomes => ({
  ...(Object.fromEntries(CALLERS.map((name) => [name, typename])) as Outcomes),
  anonymous: 'UnauthenticatedError',
  ...Object.assign({}, ...except),
})
/** Only one caller succeeds; others who see the task get ForbiddenError, and the rest NotFoundError. */
const onlyBy = (name: CallerName, payload: string, others: Partial<Outcomes> = {}): Outcomes =>
  outcome('ForbiddenError', { stranger: 'NotFoundError', agent: 'NotFoundError', [name]: payload }, others)
/** Participants of the chat succeed; an administrator can only read it. */
const inChat = (payload: string): Outcomes =>
  outcome('NotFoundError', { poster: payload, assignee: payload, admin: 'ForbiddenError' })
const onlyRoles = (roles: readonly CallerName[], answer: string): Outcomes =>
  outcome('ForbiddenError', Object.fromEntries(roles.map((name) => [name, answer])))

describe('every mutation', () => {
  const key = () => randomUUID()
  const reason = 'Test of rights.'
  const password = 'correct horse battery'
  const onTask = async (task: Promise<Named>) => ({ taskId: (await task).id })
  const onApplication = async () => ({ applicationId: (await world.makeApplication()).id })
  const onTransfer = async () => {
    const { uuid } = await world.make.completed()
    const transfer = await app.prisma.transfer.findFirstOrThrow({ where: { taskId: uuid } })
    return { transferId: toPublicId('trf', transfer.id), idempotencyKey: key(), reason }
  }
  const onDispute = async () => {
    const task = await world.make.submitted()
    const { id } = await world.people.poster.disputes(task)
    // A support chat has at most 20 topics.
    await noQueue()
    return { disputeId: id }
  }
  const onDisputeBy = (answers: Partial<Outcomes>) =>
    outcome('NotFoundError', { finance: 'ForbiddenError', admin: 'ForbiddenError' }, answers)
  const onPerson = async () => ({ userId: (await person(app, 'Somebody')).id, reason })
  const email = () => `${randomUUID()}@example.com`

  /** The input of each mutation, created for each caller, and the expected outcome of each caller. */
  const mutations: Record<string, [input: () => Promise<object> | object, outcomes: Outcomes]> = {
    signUp: [
      () => ({ email: email(), password, displayName: 'New' }),
      outcome('AuthPayload', { anonymous: 'AuthPayload' }),
    ],
    signIn: [
      () => ({ password: { email: email(), password } }),
      outcome('UnauthenticatedError', { anonymous: 'UnauthenticatedError' }),
    ],
    // The session belongs to the poster; it does not exist for others.
    revokeSession: [makeSession, outcome('NotFoundError', { poster: 'OkPayload' })],
    changePassword: [
      () => ({ currentPassword: 'not the right one', newPassword: password }),
      outcome('ForbiddenError'),
    ],
    revokeOtherSessions: [() => ({}), outcome('OkPayload')],
    createAccessToken: [() => ({ name: 'Script', scopes: ['TASKS_READ'] }), outcome('AccessTokenPayload')],
    // The token belongs to the poster; it does not exist for others.
    revokeAccessToken: [
      () => ({ accessTokenId: world.ids.AccessToken }),
      outcome('NotFoundError', { poster: 'OkPayload' }),
    ],
    changeEmail: [() => ({ newEmail: email(), currentPassword: 'not the right one' }), outcome('ForbiddenError')],
    requestEmailVerification: [() => ({}), outcome('OkPayload')],
    // For everybody who has the link: the token is the right.
    verifyEmail: [() => ({ token: 'unknown' }), outcome('InvalidTokenError', { anonymous: 'InvalidTokenError' })],
    requestPasswordReset: [() => ({ email: email() }), outcome('OkPayload', { anonymous: 'OkPayload' })],
    resetPassword: [
      () => ({ token: 'unknown', newPassword: password }),
      outcome('InvalidTokenError', { anonymous: 'InvalidTokenError' }),
    ],
    // Nobody has a second factor, and these passwords are wrong.
    startTotp: [() => ({ currentPassword: 'not the right one' }), outcome('ForbiddenError')],
    confirmTotp: [() => ({ code: '123456', name: 'Phone' }), outcome('InvalidTokenError')],
    startPasskeyRegistration: [() => ({}), outcome('PasskeyChallengePayload')],
    finishPasskeyRegistration: [
      () => ({ challenge: 'unknown', response: '{}', name: 'Laptop' }),
      outcome('InvalidTokenError'),
    ],
    startPasskeySignIn: [() => ({}), outcome('PasskeyChallengePayload', { anonymous: 'PasskeyChallengePayload' })],
    removeSecondFactor: [
      () => ({ secondFactorId: toPublicId('fct', newId()), currentPassword: 'not the right one' }),
      outcome('ForbiddenError'),
    ],
    startPayoutOnboarding: [() => ({ returnUrl: 'https://example.com/' }), outcome('PayoutOnboardingPayload')],
    // Nobody has saved one; the sandbox has no payment under this secret.
    removePaymentMethod: [() => ({ paymentMethodId: 'pm_unknown' }), outcome('NotFoundError')],
    authenticateSandboxPayment: [() => ({ clientSecret: 'unknown', succeeds: true }), outcome('ValidationError')],
    uploadFile: [() => ({}), outcome('AttachmentPayload')],
    updateProfile: [() => ({ displayName: 'Somebody' }), outcome('ProfilePayload')],
    createTask: [
      () => ({ title: 'Paint', description: 'White.', budget: { amount: '20', currencyCode: 'EUR' } }),
      outcome('TaskPayload'),
    ],
    updateTask: [
      async () => ({ ...(await onTask(world.make.open())), expectedVersion: 1, title: 'Paint it' }),
      outcome('ForbiddenError', { poster: 'TaskPayload' }),
    ],
    publishTask: [() => onTask(world.make.draft()), outcome('NotFoundError', { poster: 'TaskPayload' })],
    cancelTask: [() => onTask(world.make.awaiting()), onlyBy('poster', 'TaskPayload')],
    applyToTask: [
      () => onTask(world.make.open()),
      outcome('ApplicationPayload', { poster: 'SelfDealingError', applicant: 'AlreadyAppliedError' }),
    ],
    updateApplication: [
      async () => ({ ...(await onApplication()), expectedTaskVersion: 1 }),
      otherThan('applicant', ['poster', ...staff]),
    ],
    withdrawApplication: [onApplication, otherThan('applicant', ['poster', ...staff])],
    rejectApplication: [onApplication, otherThan('poster', ['applicant', ...staff])],
    acceptApplication: [
      onApplication,
      { ...otherThan('poster', ['applicant', ...staff]), poster: 'AcceptTaskPayload' },
    ],
    acceptTask: [() => onTask(world.make.firstCome()), outcome('AcceptTaskPayload', { poster: 'SelfDealingError' })],
    fundTask: [
      async () => ({ ...(await onTask(world.make.awaiting())), paymentMethodId: 'pm_ok', idempotencyKey: key() }),
      onlyBy('poster', 'FundTaskPayload'),
    ],
    withdrawFromTask: [() => onTask(world.make.assigned()), onlyBy('assignee', 'TaskPayload')],
    submitWork: [() => onTask(world.make.assigned()), onlyBy('assignee', 'TaskPayload')],
    requestChanges: [() => onTask(world.make.submitted()), onlyBy('poster', 'TaskPayload')],
    approveWork: [
      async () => ({ ...(await onTask(world.make.submitted())), idempotencyKey: key() }),
      onlyBy('poster', 'ApproveWorkPayload'),
    ],
    reviewTask: [
      async () => ({ ...(await onTask(world.make.completed())), rating: 5 }),
      outcome('ForbiddenError', {
        stranger: 'NotFoundError',
        agent: 'NotFoundError',
        poster: 'ReviewPayload',
        assignee: 'ReviewPayload',
      }),
    ],
    openDispute: [
      async () => ({ ...(await onTask(world.make.submitted())), reason }),
      onlyBy('poster', 'DisputePayload', { assignee: 'DisputePayload' }),
    ],
    // The poster has opened it. An applicant sees the task, but not its dispute.
    addEvidence: [
      async () => ({ ...(await onDispute()), statement: 'It is grey.' }),
      onDisputeBy({ poster: 'DisputePayload', assignee: 'DisputePayload' }),
    ],
    withdrawDispute: [onDispute, onDisputeBy({ poster: 'DisputePayload', assignee: 'ForbiddenError' })],
    resolveDispute: [
      async () => ({
        ...(await onDispute()),
        toTasker: { amount: '5', currencyCode: 'EUR' },
        note: reason,
        idempotencyKey: key(),
      }),
      onlyRoles(staff, 'DisputePayload'),
    ],
    submitChargebackEvidence: [
      async () => ({
        chargebackId: await chargedBack(),
        statement: 'It was painted.',
        submit: true,
        idempotencyKey: key(),
      }),
      onlyRoles(staff, 'ChargebackPayload'),
    ],
    openSandboxChargeback: [
      async () => ({ holdId: await holdOf(app, await world.make.assigned()) }),
      onlyRoles(['admin'], 'SandboxChargebackPayload'),
    ],
    decideSandboxChargeback: [
      async () => ({ chargebackId: await chargedBack(), won: true }),
      onlyRoles(['admin'], 'SandboxChargebackPayload'),
    ],
    sendMessage: [() => ({ chatId: world.ids.TaskChat, body: 'Hello.' }), inChat('MessagePayload')],
    markRead: [() => ({ chatId: world.ids.TaskChat, upToSequence: 1 }), inChat('MarkReadPayload')],
    startSupportChat: [() => ({ message: 'Help.' }), outcome('SupportChatPayload')],
    // The administrator has never set their availability.
    claimNextChat: [noQueue, outcome('ForbiddenError', { agent: 'QueueEmptyError', admin: 'IllegalTransitionError' })],
    // The chat is already assigned to the agent.
    assignChat: [
      () => ({ chatId: world.ids.SupportChat, agentId: world.ids.Agent }),
      onlyRoles(service, 'IllegalTransitionError'),
    ],
    rateChat: [
      () => ({ chatId: world.ids.SupportChat, score: 5 }),
      outcome('NotFoundError', {
        stranger: 'IllegalTransitionError',
        agent: 'ForbiddenError',
        admin: 'ForbiddenError',
      }),
    ],
    addNote: [() => ({ chatId: world.ids.SupportChat, body: 'Kind.' }), onlyRoles(service, 'NotePayload')],
    endChat: [
      endedChat,
      outcome('NotFoundError', { stranger: 'ChatEndedError', agent: 'ChatEndedError', admin: 'ChatEndedError' }),
    ],
    setAgentAvailability: [() => ({ availability: 'BUSY' }), onlyRoles(service, 'AgentPayload')],
    setTyping: [() => ({ chatId: world.ids.TaskChat, typing: true }), inChat('OkPayload')],
    cancelTransfer: [onTransfer, onlyRoles(staff, 'TransferPayload')],
    // A waiting transfer is refused by its status, which only staff learn.
    retryTransfer: [onTransfer, onlyRoles(staff, 'IllegalTransitionError')],
    resolveInDoubtTransfer: [
      async () => {
        const { reason: evidence, ...input } = await onTransfer()
        return { ...input, evidence, finding: 'PROVIDER_HAS_IT' }
      },
      onlyRoles(staff, 'IllegalTransitionError'),
    ],
    reverseTransfer: [
      async () => {
        const transferId = toPublicId('trf', await paidTransfer(app, await world.make.completed()))
        return { transferId, amount: { amount: '1', currencyCode: 'EUR' }, reason, idempotencyKey: key() }
      },
      onlyRoles(staff, 'ReversalPayload'),
    ],
    refundHold: [
      async () => {
        const holdId = await holdOf(app, await world.make.assigned())
        return { holdId, amount: { amount: '1', currencyCode: 'EUR' }, reason, idempotencyKey: key() }
      },
      onlyRoles(staff, 'RefundPayload'),
    ],
    createWebhookEndpoint: [() => ({ url: 'https://example.com/hook' }), outcome('WebhookEndpointPayload')],
    updateWebhookEndpoint: [
      () => ({ endpointId: world.ids.WebhookEndpoint, description: 'Orders' }),
      outcome('NotFoundError', { poster: 'WebhookEndpointPayload' }),
    ],
    testWebhookEndpoint: [
      () => ({ endpointId: world.ids.WebhookEndpoint }),
      outcome('NotFoundError', { poster: 'WebhookDeliveryPayload' }),
    ],
    redeliverWebhook: [
      () => ({ deliveryId: world.ids.WebhookDelivery }),
      outcome('NotFoundError', { poster: 'WebhookDeliveryPayload' }),
    ],
    deleteWebhookEndpoint: [
      async () => ({ endpointId: (await endpointOf(world.people.poster, 'https://example.com/other')).id }),
      outcome('NotFoundError', { poster: 'OkPayload' }),
    ],
    setNotificationSetting: [
      () => ({ kind: 'REVIEW', channel: 'EMAIL', frequency: 'NEVER' }),
      outcome('NotificationsPayload'),
    ],
    markNotificationsRead: [
      () => ({ ids: [world.ids.Notification] }),
      outcome('NotFoundError', { poster: 'NotificationsPayload' }),
    ],
    setFeeRule: [
      () => ({ basisPoints: 1000, least: '1.00', effectiveFrom: '2100-01-01T00:00:00Z', reason }),
      onlyRoles(['admin'], 'FeeRulePayload'),
    ],
    startReconciliation: [
      () => ({ from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }),
      onlyRoles(staff, 'ReconciliationPayload'),
    ],
    settleDifference: [
      async () => ({ differenceId: (await differenceRow(app)).differenceId, note: 'Booked by hand.' }),
      onlyRoles(staff, 'DifferencePayload'),
    ],
    setRoles: [async () => ({ ...(await onPerson()), roles: ['AGENT'] }), onlyRoles(['admin'], 'UserPayload')],
    suspendUser: [onPerson, onlyRoles(['admin'], 'UserPayload')],
    restoreUser: [
      async () => {
        const input = await onPerson()
        await app.database.run`
          /* suspend */
          update users set suspended_at = errand_now() where id = ${fromPublicId('usr', input.userId)}`
        return input
      },
      onlyRoles(['admin'], 'UserPayload'),
    ],
    setSandboxPayoutReadiness: [
      async () => ({ userId: (await person(app, 'Somebody')).id, readiness: 'RESTRICTED' }),
      onlyRoles(['admin'], 'SandboxPayload'),
    ],
    setSandboxProvider: [() => ({ mode: 'ACCEPT' }), onlyRoles(['admin'], 'SandboxPayload')],
    advanceSandboxClock: [() => ({ by: 'PT0S' }), onlyRoles(['admin'], 'SandboxPayload')],
  }

  async function chargedBack(): Promise<string> {
    return sandboxChargeback(app, await holdOf(app, await world.make.assigned()))
  }

  async function noQueue(): Promise<object> {
    await app.database.run`
      /* endQueue */
      update chats
      set status = 'ENDED', end_reason = 'AGENT_ENDED', ended_at = errand_now()
      where status = 'QUEUED'`
    return {}
  }

  async function endedChat(): Promise<object> {
    await app.database.run`
      /* endChat */
      update chats
      set status = 'ENDED', end_reason = 'RESOLVED', ended_at = errand_now(), agent_silent_since = null
      where id = ${fromPublicId('sch', world.ids.SupportChat ?? '')}`
    return { chatId: world.ids.SupportChat }
  }

  /** One caller succeeds; `seeing` get ForbiddenError, and the rest NotFoundError. */
  function otherThan(name: CallerName, seeing: CallerName[]): Outcomes {
    const forbidden = Object.fromEntries(seeing.map((caller) => [caller, 'ForbiddenError']))
    return outcome('NotFoundError', forbidden, { [name]: 'ApplicationPayload' })
  }

  async function makeSession(): Promise<{ id: string }> {
    const id = newId()
    await app.database.run`
      /* anotherSession */
      insert into sessions (id, user_id, created_at, last_used_at, rotated_at)
      values (${id}, ${world.people.poster.uuid}, errand_now(), errand_now(), errand_now())`
    return { id: toPublicId('ses', id) }
  }

  /** A file is sent as a multipart form, not as a JSON request. */
  async function uploadBy(name: CallerName): Promise<string> {
    const headers = name === 'anonymous' ? {} : { authorization: `Bearer ${world.people[name].accessToken}` }
    const { body } = await sendForm(url, uploadForm('Hello.'), headers)
    return body.data?.uploadFile?.__typename ?? 'nothing'
  }

  function operation(name: string): string {
    const argument = schema.getMutationType()?.getFields()[name]?.args[0]
    return `mutation ($value: ${argument?.type}) { ${name}(${argument?.name}: $value) { __typename } }`
  }

  test('is in the table', () => {
    expect(Object.keys(mutations).sort()).toEqual(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort())
  })

  test.each(Object.entries(mutations))('%s has these outcomes', async (name, [input, expected]) => {
    const outcomes: Partial<Outcomes> = {}
    for (const caller of CALLERS) {
      const created = await input()
      if (name === 'uploadFile') {
        outcomes[caller] = await uploadBy(caller)
        continue
      }
      const value = name === 'revokeSession' ? (created as { id: string }).id : created
      const answer = await ask<Record<string, { __typename: string }>>(world.callers[caller], operation(name), {
        value,
      })
      outcomes[caller] = answer[name]?.__typename ?? 'nothing'
    }
    expect(outcomes).toEqual(expected)
  })
})

describe('staff', () => {
  test('cannot use their role on a task to which they are a party', async () => {
    const { finance, assignee } = world.people
    const task = await finance.posts()
    await assignee.accepts(task)
    await finance.funds(task)
    const input = {
      holdId: await holdOf(app, task),
      amount: { amount: '1', currencyCode: 'EUR' },
      reason: 'Mine.',
      idempotencyKey: randomUUID(),
    }
    const refund = 'mutation ($input: RefundHoldInput!) { refundHold(input: $input) { __typename } }'
    expect(await ask(finance, refund, { input })).toEqual({ refundHold: { __typename: 'ForbiddenError' } })
    await assignee.submits(task)
    const transfer = { transferId: (await finance.approves(task)).id, reason: 'Mine.', idempotencyKey: randomUUID() }
    const cancel = 'mutation ($input: TransferActionInput!) { cancelTransfer(input: $input) { __typename } }'
    expect(await ask(finance, cancel, { input: transfer })).toEqual({
      cancelTransfer: { __typename: 'ForbiddenError' },
    })
  })
})
