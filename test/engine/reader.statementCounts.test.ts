import { readdir, readFile } from 'node:fs/promises'
import { type DocumentNode, parse, print, separateOperations } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readerFallbacks } from '../../src/engine/reader/prismaFallbacks.ts'
import { send } from '../support/people.ts'
import { toPublicId } from '../support/publicIds.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { statementsFor } from '../support/servers/statements.ts'
import { makeReaderWorld, signInTo, uuidsOf } from '../support/worlds/readerWorld.ts'

const OPERATIONS = new URL('../../schema/operations/', import.meta.url)
const SMALL = 2
const LARGE = 20
const NEWEST = { orderBy: { sequence: 'desc' }, take: SMALL } as const

let app: TestApp
let admin: Record<string, string>
let taskId: string
let chatId: string
let supportChatId: string
let transferId: string
let accountId: string
let userId: string
let chargebackId: string
let disputeId: string
let reconciliationId: string
let endpointId: string
let deliveryId: string
let notificationId: string

beforeAll(async () => {
  app = await startApp({ reader: 'sql' })
  await makeReaderWorld(app.database)
  const [person = '', second = ''] = await uuidsOf(app.database, 'user', 2)
  admin = await signInTo(app, person)
  userId = toPublicId('usr', second)
  // A task of other people with applications, a transfer and a chat whose newest messages have files.
  const chats = await app.prisma.chat.findMany({
    where: { task: { transfers: { some: {} }, people: { none: { userId: person } } } },
    select: { id: true, taskId: true, messages: { ...NEWEST, select: { attachments: { select: { id: true } } } } },
    orderBy: { id: 'asc' },
  })
  const { taskId: task, id: chat } = chats.find(({ messages }) =>
    messages.some(({ attachments }) => attachments.length > 0),
  ) ?? { taskId: '', id: '' }
  const { id: support } = await app.prisma.chat.findFirstOrThrow({ where: { kind: 'SUPPORT', status: 'ASSIGNED' } })
  supportChatId = toPublicId('sch', support)
  const { id: transfer } = await app.prisma.transfer.findFirstOrThrow({ where: { taskId: task ?? '' } })
  const { id: dispute } = await app.prisma.dispute.findFirstOrThrow({
    where: { status: 'RESOLVED', task: { people: { none: { userId: person } } } },
  })
  disputeId = toPublicId('dsp', dispute)
  const { id: chargeback } = await app.prisma.chargeback.findFirstOrThrow({
    where: { task: { people: { none: { userId: person } } } },
  })
  chargebackId = toPublicId('cbk', chargeback)
  const { id: account } = await app.prisma.ledgerAccount.findFirstOrThrow({ where: { taskId: task } })
  accountId = toPublicId('lac', account)
  const { id: reconciliation } = await app.prisma.reconciliation.findFirstOrThrow({ orderBy: { id: 'asc' } })
  reconciliationId = toPublicId('rcn', reconciliation)
  const told = await tellPerson(app.database, person)
  endpointId = toPublicId('whe', told.endpointId)
  deliveryId = toPublicId('whd', told.deliveryId)
  notificationId = toPublicId('ntf', told.notificationId)
  taskId = toPublicId('tsk', task ?? '')
  chatId = toPublicId('tch', chat)
  transferId = toPublicId('trf', transfer)
})

afterAll(async () => {
  await app.stop()
})

/** Inserts notifications of a person about tasks, and deliveries of the same events to an endpoint of theirs. */
async function tellPerson(database: TestApp['database'], userId: string) {
  await database.pool.query(
    `insert into webhook_endpoints (id, owner_id, url, sealed_secret, secret_hint, created_at)
    values (gen_random_uuid(), '${userId}', 'https://example.com/', 'a', 'abcd', errand_now());
    insert into notifications (id, user_id, kind, words, event_id, in_feed, created_at)
    select gen_random_uuid(), '${userId}', 'DISPUTE', 'disputeOpened', id, true, errand_now()
    from events where kind = 'TASK' limit 30;
    insert into webhook_deliveries (id, endpoint_id, event_id, subject_id, position, created_at, due_at)
    select gen_random_uuid(), endpoint.id, event_id, event_id, 1, errand_now(), errand_now()
    from notifications, webhook_endpoints endpoint;`,
  )
  const { rows } = await database.pool.query<{ endpointId: string; deliveryId: string; notificationId: string }>(
    `select endpoint_id as "endpointId", delivery.id as "deliveryId", notification.id as "notificationId"
    from webhook_deliveries delivery join notifications notification using (event_id) limit 1`,
  )
  if (!rows[0]) throw new Error('The world has no events.')
  return rows[0]
}

const SPAN = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', currencyCode: 'EUR' }

/**
 * The number of statements of each query of the SDK, without the authentication: one for each root field, and one for each loader
 * (unread counts, ratings, cursors, the count of a whole list).
 */
const QUERIES: Record<string, { statements: number; variables: (pageSize: number) => object }> = {
  Agents: { statements: 2, variables: () => ({}) },
  ApiInfo: { statements: 0, variables: () => ({}) },
  AuditLog: { statements: 2, variables: (first) => ({ first }) },
  Categories: { statements: 1, variables: () => ({}) },
  Chat: { statements: 3, variables: (last) => ({ id: chatId, last }) },
  Chargeback: { statements: 1, variables: () => ({ id: chargebackId }) },
  Chargebacks: { statements: 1, variables: (first) => ({ first }) },
  CurrentSession: { statements: 1, variables: () => ({}) },
  Dispute: { statements: 2, variables: () => ({ id: disputeId }) },
  DisputeHealth: { statements: 2, variables: () => ({}) },
  Events: { statements: 1, variables: (first) => ({ first }) },
  FeeRules: { statements: 1, variables: () => ({}) },
  LedgerAccount: { statements: 3, variables: (first) => ({ id: accountId, first }) },
  LedgerHealth: { statements: 9, variables: () => ({}) },
  LedgerTransactions: { statements: 1, variables: (first) => ({ first }) },
  MoneyTrail: { statements: 2, variables: () => ({ taskId }) },
  MyApplications: { statements: 2, variables: (first) => ({ first }) },
  MyAssignedChats: { statements: 3, variables: (first) => ({ first }) },
  MyChats: { statements: 3, variables: (first) => ({ first }) },
  // The balances of the span, the lines, and the balance before the page.
  MyStatement: { statements: 3, variables: (first) => ({ ...SPAN, first }) },
  MyTasks: { statements: 1, variables: (first) => ({ first, as: 'POSTER' }) },
  MyTransfers: { statements: 1, variables: (first) => ({ first }) },
  Notification: { statements: 4, variables: () => ({ id: notificationId }) },
  NotificationSettings: { statements: 1, variables: () => ({}) },
  Notifications: { statements: 4, variables: (first) => ({ first }) },
  WebhookDeliveries: { statements: 2, variables: (first) => ({ endpointId, first }) },
  WebhookDelivery: { statements: 2, variables: () => ({ id: deliveryId }) },
  WebhookEndpoints: { statements: 1, variables: (first) => ({ first }) },
  Node: { statements: 1, variables: () => ({ id: taskId }) },
  PaymentMethods: { statements: 1, variables: () => ({}) },
  // The same as MyStatement, and the tasks in which the viewer has a conflict of interest.
  PlatformStatement: { statements: 4, variables: (first) => ({ ...SPAN, first }) },
  ReconciliationDifferences: { statements: 2, variables: (first) => ({ id: reconciliationId, first }) },
  Reconciliations: { statements: 1, variables: (first) => ({ first }) },
  Sandbox: { statements: 1, variables: () => ({}) },
  SandboxMails: { statements: 2, variables: (first) => ({ first }) },
  SlowOperations: { statements: 1, variables: (first) => ({ first }) },
  SupportChat: { statements: 2, variables: (last) => ({ id: supportChatId, last }) },
  SupportQueue: { statements: 3, variables: (first) => ({ first }) },
  Task: { statements: 5, variables: () => ({ id: taskId }) },
  TaskHistory: { statements: 2, variables: (first) => ({ taskId, first }) },
  TaskReviews: { statements: 1, variables: () => ({ id: taskId }) },
  Tasks: { statements: 1, variables: (first) => ({ first }) },
  Transfer: { statements: 1, variables: () => ({ id: transferId }) },
  Transfers: { statements: 1, variables: (first) => ({ first }) },
  User: { statements: 1, variables: () => ({ id: userId }) },
  UserReviews: { statements: 1, variables: (first) => ({ id: userId, first }) },
  Users: { statements: 1, variables: (first) => ({ first, search: 'p' }) },
  Viewer: { statements: 5, variables: () => ({}) },
}

async function operations(): Promise<Record<string, DocumentNode>> {
  const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith('.graphql'))
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, OPERATIONS), 'utf8')))
  return separateOperations(parse(texts.join('\n')))
}

async function statementsOf(name: string, document: DocumentNode, pageSize: number): Promise<number | string> {
  const query = QUERIES[name]
  if (!query) return 'not listed'
  // Authenticates first: the caller is cached for some seconds.
  await send(app, '{ __typename }', {}, admin)
  return statementsFor(app, async () => {
    const response = await send(app, print(document), { ...query.variables(pageSize) }, admin)
    expect(response.errors).toBeUndefined()
  })
}

describe('each query of the SDK', () => {
  test('sends a constant number of statements, the same for a large page as for a small one', async () => {
    const counts: Record<string, (number | string)[]> = {}
    for (const [name, document] of Object.entries(await operations())) {
      const isQuery = document.definitions.some((node) => 'operation' in node && node.operation === 'query')
      if (isQuery) counts[name] = [await statementsOf(name, document, SMALL), await statementsOf(name, document, LARGE)]
    }
    expect(counts).toEqual(
      Object.fromEntries(Object.entries(QUERIES).map(([name, { statements }]) => [name, [statements, statements]])),
    )
  })

  test('does not fall back to plugin-prisma', () => {
    expect(Object.fromEntries(readerFallbacks())).toEqual({})
  })
})
