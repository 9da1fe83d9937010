/**
 * Plans of the statements that the server sends, in a world of 12,000 tasks. Asserts the rows read, not the speed. A prepared statement
 * is explained with its custom plan and with its generic plan.
 */
import { readdir, readFile } from 'node:fs/promises'
import { parse, print, separateOperations } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { timersOf } from '../../src/background/timers.ts'
import { withTransaction } from '../../src/db/transaction.ts'
import { readChatEvents, readTransferEvents } from '../../src/events/events.sql.ts'
import { startOfWalk, sweepFiles } from '../../src/files/sweepFiles.ts'
import { mailBacklog } from '../../src/mail/mailBacklog.ts'
import { readLatestSequence } from '../../src/notifications/notifications.sql.ts'
import { findUnreturnedChargebacks } from '../../src/reconciliation/books.sql.ts'
import { closeLedger } from '../../src/transfers/ledger/closeLedger.ts'
import {
  type ExplainedWorld,
  explainedWorld,
  type List,
  list,
  PAGE,
  pagesOf,
  type Viewer,
} from '../support/explainedReads.ts'
import { newId, parsePublicId } from '../support/publicIds.ts'
import { PERSON } from '../support/worlds/largeWorld.ts'

// For each entry of a page: its row, its poster twice (displayed fields, and whether they are active), and skipped rows.
const ROWS_MAX = 15 * PAGE
// For a range or a text in another order than its index, or two filters at once: few matches are found by an index and sorted, many are
// found in the order of the list, and the maximum is in between.
const ROWS_BY_VALUE_MAX = 50 * PAGE
const DECIDED_BY_VALUE = ['text', 'budget', 'deadlineBefore']
// Rows sorted if the index of a filter is faster than the order of the list.
const SORTED_MAX = 10 * PAGE

// For each of the agent's forty chats, the roles of its customer and of the agent in its task; once a status.
const ROWS_OF_AN_AGENT_MAX = 5 * 40

// These count or sum, so they read all of their rows: of one person, of one page or, for finance staff, the whole ledger.
const SUMS =
  /^(count |countU|countB|countT|readUnread|readRatings|readBalances|readMoneyTrails|readDoubts|readQueuePlaces|countOpenDisputes|readAccountBalances|readStatementBalances|countC|countL)/

/** Used by no statement: each keeps a deletion, or its refusal, from scanning a whole table. */
const FOR_FOREIGN_KEYS_ALONE = [
  'attachments_uploaded_by_id_idx',
  'chargebacks_debt_transfer_id_idx',
  'chargebacks_tasker_id_idx',
  'chat_topics_transfer_id_idx',
  'chats_about_dispute_id_idx',
  'chats_about_transfer_id_idx',
  'chats_tasker_id_idx',
  'debt_nettings_debt_transfer_id_idx',
  'debt_nettings_task_id_idx',
  'debt_nettings_transfer_id_idx',
  'disputes_decided_by_id_idx',
  'disputes_hold_id_idx',
  'disputes_opened_by_id_idx',
  'disputes_tasker_id_idx',
  'ledger_transactions_hold_id_idx',
  'ledger_transactions_task_id_idx',
  'mails_user_id_idx',
  'message_waits_event_id_idx',
  'message_waits_user_id_idx',
  'notes_author_id_idx',
  'notifications_chat_id_idx',
  'reconciliation_differences_settled_by_id_idx',
  'reconciliation_differences_task_id_idx',
  'reconciliation_findings_difference_id_idx',
  'reconciliations_started_by_id_idx',
  'transfers_hold_id_idx',
]

let world: ExplainedWorld
let ids: Record<string, string> = {}

beforeAll(async () => {
  world = await explainedWorld()
  ids = world.ids
}, 300_000)

afterAll(async () => {
  await world.stop()
})

/** Asserts that each page of the list is read within these bounds. */
async function expectBounded(of: List, variables: object, viewer: Viewer, rowsMax = ROWS_MAX): Promise<void> {
  for (const page of await pagesOf(world, of, variables, viewer)) {
    await expectBoundedRead(of.query, { ...variables, ...page }, viewer, rowsMax)
  }
}

async function expectBoundedRead(query: string, variables: object, viewer: Viewer, rowsMax = ROWS_MAX): Promise<void> {
  expect(await excessOf(query, variables, viewer, rowsMax)).toEqual([])
}

/** The reads beyond these bounds. */
async function excessOf(query: string, variables: object, viewer: Viewer, rowsMax = ROWS_MAX): Promise<object[]> {
  const excess: object[] = []
  for (const read of await world.readsOf(query, variables, viewer)) {
    if (SUMS.test(read.statement)) continue
    const isBounded = read.rows <= rowsMax && read.sorted <= Math.max(SORTED_MAX, rowsMax / 2)
    if (!isBounded || read.whole.length > 0) excess.push({ ...read, variables, viewer })
  }
  return excess
}

const SPAN = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', currencyCode: 'EUR' }

const TASK = 'id title status deadline applicationCount budget { amount } category { id } poster { id displayName }'
const TASKS = list('tasks', '$filter: TaskFilter, $sort: TaskSort,', TASK)

/** Each filter of a search, with a value that nearly all tasks match and one that nearly none matches. */
const FILTERS: Record<string, () => object> = {
  'a common category': () => ({ categoryId: ids.commonCategory }),
  'a rare category': () => ({ categoryId: ids.rareCategory }),
  'a common word': () => ({ text: 'many' }),
  'a part of a word': () => ({ text: 'enc' }),
  'a rare word': () => ({ text: 'xylophone' }),
  'no word': () => ({ text: 'nowhere' }),
  'one letter': () => ({ text: 'a' }),
  'a poster of many': () => ({ posterId: ids.hub }),
  'a poster of few': () => ({ posterId: ids.ordinary }),
  remote: () => ({ remote: true }),
  'not remote': () => ({ remote: false }),
  'a common mode': () => ({ acceptanceMode: ['FIRST_COME'] }),
  'two modes': () => ({ acceptanceMode: ['FIRST_COME', 'POSTER_CHOICE'] }),
  'invitations only': () => ({ acceptanceMode: ['INVITE_ONLY'] }),
  'a common currency': () => ({ budget: { currencyCode: 'EUR' } }),
  'a rare currency': () => ({ budget: { currencyCode: 'JPY' } }),
  'no currency': () => ({ budget: { currencyCode: 'SEK' } }),
  'a wide budget': () => ({ budget: { currencyCode: 'EUR', min: '50.00' } }),
  'a narrow budget': () => ({ budget: { currencyCode: 'EUR', min: '20.00', max: '21.00' } }),
  'a late deadline': () => ({ deadlineBefore: '2099-01-01T00:00:00Z' }),
  'a deadline of long ago': () => ({ deadlineBefore: '2000-01-01T00:00:00Z' }),
}
const SORTS = ['NEWEST', 'DEADLINE', 'BUDGET_HIGH', 'BUDGET_LOW']
const PAIRS = Object.keys(FILTERS).flatMap((one, place, all) =>
  all.slice(place + 1).map((other) => [one, other] as const),
)
// A filter has one value of each kind.
const COMBINATIONS = PAIRS.filter(([one, other]) => {
  const [first, second] = [FILTERS[one]?.() ?? {}, FILTERS[other]?.() ?? {}].map((filter) => Object.keys(filter)[0])
  return first !== second
})

describe('a search of tasks reads fifteen rows an entry at most', () => {
  test.each(SORTS)('in the order %s, without a filter', async (sort) => {
    for (const viewer of ['nobody', 'hub', 'agent', 'finance'] as const) {
      await expectBounded(TASKS, { sort }, viewer)
    }
  })

  test.each(Object.keys(FILTERS))('with %s, or fifty if the best index depends on the values', async (name) => {
    const filter = FILTERS[name]?.() ?? {}
    const rowsMax = DECIDED_BY_VALUE.some((field) => field in filter) ? ROWS_BY_VALUE_MAX : ROWS_MAX
    for (const viewer of ['nobody', 'ordinary', 'finance'] as const) {
      await expectBounded(TASKS, { filter }, viewer, rowsMax)
    }
  })

  test.each([[['COMPLETED']], [['DISPUTED']], [['OPEN', 'COMPLETED']], [['DISPUTED', 'AWAITING_FUNDS', 'DRAFT']]])(
    'in the statuses %j, whether the viewer may see all of them or none',
    async (status) => {
      for (const viewer of ['nobody', 'newcomer', 'agent', 'finance'] as const) {
        const rowsMax = viewer === 'agent' ? ROWS_MAX + status.length * ROWS_OF_AN_AGENT_MAX : ROWS_MAX
        for (const sort of SORTS) await expectBounded(TASKS, { filter: { status }, sort }, viewer, rowsMax)
      }
    },
  )
})

describe('a search of tasks near a location', () => {
  const near = (radiusKm: number) => ({ latitude: '58.4', longitude: '26.7', radiusKm })
  const CIRCLES = [near(5), near(500), near(20_000)]

  test.each(CIRCLES)('reads the nearest in their order, a few rows an entry, in %o', async (circle) => {
    for (const viewer of ['nobody', 'hub', 'finance'] as const) {
      const asked = { filter: { near: circle }, sort: 'NEAREST' }
      await expectBoundedRead(TASKS.query, { ...asked, first: PAGE }, viewer)
      const data = await world.answer(TASKS.query, { ...asked, first: PAGE }, viewer)
      const { endCursor } = (data.tasks as unknown as { pageInfo: { endCursor: string | null } }).pageInfo
      if (endCursor) await expectBoundedRead(TASKS.query, { ...asked, first: PAGE, after: endCursor }, viewer)
    }
  })

  test('reads only open tasks in any other order', async () => {
    const { rows } = await world.app.database.pool.query<{ count: number }>(
      `select count(*)::integer from tasks where status = 'OPEN' and latitude is not null`,
    )
    // Each task with its poster, then the page with its displayed fields.
    const rowsMax = 2 * Number(rows[0]?.count) + ROWS_MAX
    for (const sort of [...SORTS, 'NEAREST']) {
      const asked = { filter: { near: near(20_000) }, sort, last: PAGE }
      const reads = await world.readsOf(TASKS.query, asked, 'ordinary')
      expect(reads.filter((read) => read.rows > rowsMax || read.whole.length > 0)).toEqual([])
    }
  })
})

describe('a search of tasks with any two filters, or a filter and a sort, reads fifty rows an entry at most', () => {
  test.each(Object.keys(FILTERS))('%s, in each order', async (name) => {
    for (const sort of SORTS) {
      await expectBounded(TASKS, { filter: FILTERS[name]?.(), sort }, 'ordinary', ROWS_BY_VALUE_MAX)
    }
  })

  test.each(COMBINATIONS)('%s and %s', async (one, other) => {
    const filter = { ...FILTERS[one]?.(), ...FILTERS[other]?.() }
    await expectBoundedRead(TASKS.query, { filter, first: PAGE }, 'ordinary', ROWS_BY_VALUE_MAX)
  })
})

const STATUSES = [undefined, ['COMPLETED'], ['OPEN'], ['DISPUTED', 'EXPIRED']]
const APPLICATION_STATUSES = [undefined, ['PENDING'], ['WITHDRAWN'], ['REJECTED', 'CLOSED']]
const CHAT_STATUSES = [undefined, ['ENDED'], ['QUEUED'], ['ENDED', 'ASSIGNED']]
const TRANSFER_FILTERS: (() => object)[] = [
  () => ({}),
  () => ({ status: ['SUCCEEDED'] }),
  () => ({ status: ['FAILED'] }),
  () => ({ status: ['FAILED', 'IN_DOUBT', 'CANCELED'] }),
  () => ({ taskId: ids.task }),
  () => ({ userId: ids.hub }),
  () => ({ userId: ids.hub, status: ['FAILED'] }),
  () => ({ providerReference: 'tr_100' }),
  () => ({ createdAfter: '2099-01-01T00:00:00Z' }),
  () => ({
    createdAfter: '2020-01-01T00:00:00Z',
    createdBefore: new Date(Date.now() - 195 * 86_400_000).toISOString(),
  }),
  () => ({ createdBefore: '2020-01-01T00:00:00Z', status: ['SUCCEEDED', 'FAILED'] }),
]

describe('a list reads fifteen rows an entry at most, for the owner of a tenth of all rows and of none', () => {
  const everybody = ['hub', 'ordinary', 'newcomer'] as const

  test.each(['POSTER', 'TASKER'])('of own tasks as %s', async (as) => {
    const own = list('viewer.tasks', '$as: TaskSide!, $status: [TaskStatus!],', TASK)
    for (const viewer of everybody) for (const status of STATUSES) await expectBounded(own, { as, status }, viewer)
  })

  test('of own applications', async () => {
    const own = list('viewer.applications', '$status: [TaskApplicationStatus!],', 'id status task { id title }')
    for (const viewer of everybody) {
      for (const status of APPLICATION_STATUSES) await expectBounded(own, { status }, viewer)
    }
  })

  test('of own chats', async () => {
    const own = list('viewer.chats', '', 'id unreadCount lastMessage { body }')
    for (const viewer of everybody) await expectBounded(own, {}, viewer)
  })

  test('of own transfers', async () => {
    const own = list('viewer.transfers', '$filter: TransferFilter,', 'id status net { amount }')
    for (const viewer of everybody) {
      for (const filter of TRANSFER_FILTERS) await expectBounded(own, { filter: filter() }, viewer)
    }
  })

  test('of all transfers', async () => {
    const all = list('transfers', '$filter: TransferFilter,', 'id status destination { displayName }')
    for (const filter of TRANSFER_FILTERS) await expectBounded(all, { filter: filter() }, 'finance')
  })

  test('of the queue, and of the chats of an agent', async () => {
    const queue = list('supportQueue', '', 'id subject customer { displayName }')
    const own = list('myAssignedChats', '$status: [SupportChatStatus!],', 'id subject customer { displayName }')
    for (const viewer of ['agent', 'administrator'] as const) {
      await expectBounded(queue, {}, viewer)
      for (const status of CHAT_STATUSES) await expectBounded(own, { status }, viewer)
    }
  })

  test('of the reviews about a person', async () => {
    const reviews = list('user(id: $id).reviews', '$id: ID!', 'id rating comment author { displayName } task { title }')
    for (const id of [ids.hub, ids.ordinary]) {
      for (const viewer of ['nobody', 'hub', 'finance'] as const) await expectBounded(reviews, { id }, viewer)
    }
  })

  test('of one task or chat', async () => {
    const message = 'id body author { displayName } attachments { id }'
    await expectBounded(list('chat(id: $id).messages', '$id: ID!', message), { id: ids.chat }, 'hub')
    await expectBounded(list('task(id: $id).history', '$id: ID!', 'id type'), { id: ids.task }, 'finance')
    await expectBounded(list('task(id: $id).applications', '$id: ID!', 'id status'), { id: ids.task }, 'finance')
  })

  test('of postings, and of the entries of an account', async () => {
    const postings = list('ledgerTransactions', '', 'id kind task { id title } entries { amount { amount } }')
    const entries = list('ledgerAccount(id: $id).entries', '$id: ID!', 'id amount { amount } transaction { kind }')
    for (const viewer of ['finance', 'administrator'] as const) {
      await expectBounded(postings, {}, viewer)
      await expectBounded(entries, { id: ids.clearing }, viewer)
    }
  })

  test('of the lines of statements', async () => {
    const fields = 'at kind amount { amount } task { title }'
    const span = '(from: $from, to: $to, currencyCode: $currencyCode)'
    const variables = '$from: DateTime!, $to: DateTime!, $currencyCode: CurrencyCode!,'
    const own = list(`viewer.statement${span}.lines`, variables, fields)
    for (const viewer of ['hub', 'ordinary'] as const) await expectBounded(own, SPAN, viewer)
    await expectBounded(list(`statement${span}.lines`, variables, fields), SPAN, 'finance')
  })

  test('of reconciliations, and of their differences', async () => {
    const runs = list('reconciliations', '', 'id status linesCompared')
    const found = `query ($id: ID!, $open: Boolean, $first: Int, $last: Int) {
      node(id: $id) {
        ... on Reconciliation {
          openDifferences differences(open: $open, first: $first, last: $last) { nodes { id kind ours { amount } settledAt } }
        }
      }
    }`
    for (const viewer of ['finance', 'administrator'] as const) {
      await expectBounded(runs, {}, viewer)
      for (const open of [null, false]) {
        for (const page of [{ first: PAGE }, { last: PAGE }]) {
          await expectBoundedRead(found, { id: ids.reconciliation, open, ...page }, viewer)
        }
      }
    }
  })

  test('of audit records, by each filter', async () => {
    const records = list('auditLog', '$subjectId: ID, $actorId: ID, $action: String,', 'id action actor { __typename }')
    const filters = [
      {},
      { subjectId: ids.ordinary },
      { actorId: ids.ordinary },
      { actorId: ids.administrator },
      { action: 'user.suspended' },
      { action: 'sign_in.succeeded' },
      { action: 'nothing' },
    ]
    for (const filter of filters) await expectBounded(records, filter, 'administrator')
  })

  test('of people, by a beginning that many have, few, or nobody, a hundred where it decides', async () => {
    const people = list('users', '$search: String,', 'id displayName email')
    await expectBounded(people, {}, 'administrator')
    for (const search of ['p', 'person', 'person 12', 'person77', 'nobody']) {
      await expectBounded(people, { search }, 'administrator', 2 * ROWS_BY_VALUE_MAX)
    }
  })

  test('of slow operations', async () => {
    const query = `query ($since: DateTime) {
      slowOperations(since: $since, first: ${PAGE}) { requestId viewer { displayName } }
    }`
    for (const since of [undefined, '2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z']) {
      await expectBoundedRead(query, { since }, 'administrator')
    }
  })

  test('of the mails of the sandbox, to anybody and to an address', async () => {
    const mails = `query ($to: EmailAddress) { sandbox { mails(to: $to, first: ${PAGE}) { id to subject } } }`
    for (const number of [undefined, PERSON.hub, PERSON.ordinary, PERSON.newcomer]) {
      const to = number && `person${number}@world.test`
      await expectBoundedRead(mails, { to }, 'administrator')
    }
  })

  test('of the events of a person', async () => {
    const events = `query ($after: EventCursor, $filter: EventFilter) {
      events(first: ${PAGE}, after: $after, filter: $filter) { nodes { id type } pageInfo { endCursor } }
    }`
    for (const viewer of everybody) {
      for (const after of ['ec_0', 'ec_20000', undefined]) {
        await expectBoundedRead(events, { after }, viewer)
        await expectBoundedRead(events, { after, filter: { types: ['chat.message'] } }, viewer)
      }
    }
  })
})

test('a balance of an account of the platform reads what follows the last closing, not all entries', async () => {
  while (await closeLedger(world.app.database, { postings: 500 }));
  const query = `query ($id: ID!, $at: DateTime) { ledgerAccount(id: $id) { balance(at: $at) { amount } } }`
  const { rows } = await world.app.database.pool.query<{ at: Date }>('select posted_at as at from ledger_transactions')
  const times = rows.map(({ at }) => at.toISOString()).sort()
  for (const at of [null, times.at(0), times.at(times.length / 2), times.at(-1)]) {
    const reads = await world.readsOf(query, { id: ids.clearing, at }, 'finance')
    const excess = reads.filter((read) => read.rows > 4 * 500 || read.whole.length > 0)
    expect(excess).toEqual([])
  }
  const statement = `query ($at: DateTime!) {
    statement(from: $at, to: "2100-01-01T00:00:00Z", currencyCode: "EUR") { opening { amount } closing { amount } }
  }`
  for (const at of [times.at(0), times.at(times.length / 2), times.at(-1)]) {
    const reads = await world.readsOf(statement, { at }, 'finance')
    expect(reads.filter((read) => read.rows > 4 * 500 || read.whole.length > 0)).toEqual([])
  }
})

/** The variables of the SDK's queries that have any. */
const QUERIES: Record<string, () => object> = {
  AuditLog: () => ({ first: PAGE }),
  Chat: () => ({ id: ids.chat, last: PAGE }),
  Chargeback: () => ({ id: ids.chargeback }),
  Chargebacks: () => ({ first: PAGE }),
  Dispute: () => ({ id: ids.dispute }),
  Events: () => ({ first: PAGE }),
  LedgerAccount: () => ({ id: ids.clearing, first: PAGE }),
  LedgerTransactions: () => ({ first: PAGE }),
  MoneyTrail: () => ({ taskId: ids.task }),
  MyApplications: () => ({ first: PAGE }),
  MyAssignedChats: () => ({ first: PAGE }),
  MyChats: () => ({ first: PAGE }),
  MyStatement: () => ({ ...SPAN, first: PAGE }),
  MyTasks: () => ({ first: PAGE, as: 'POSTER' }),
  MyTransfers: () => ({ first: PAGE }),
  Node: () => ({ id: ids.task }),
  Notification: () => ({ id: ids.notification }),
  Notifications: () => ({ first: PAGE }),
  WebhookDeliveries: () => ({ endpointId: ids.endpoint, status: ['PENDING'], first: PAGE }),
  WebhookDelivery: () => ({ id: ids.delivery }),
  WebhookEndpoints: () => ({ first: PAGE }),
  PlatformStatement: () => ({ ...SPAN, first: PAGE }),
  ReconciliationDifferences: () => ({ id: ids.reconciliation, first: PAGE }),
  Reconciliations: () => ({ first: PAGE }),
  SlowOperations: () => ({ first: PAGE }),
  SupportChat: () => ({ id: ids.supportChat, last: PAGE }),
  SupportQueue: () => ({ first: PAGE }),
  Task: () => ({ id: ids.task }),
  TaskHistory: () => ({ taskId: ids.task, first: PAGE }),
  TaskReviews: () => ({ id: ids.task }),
  Tasks: () => ({ first: PAGE }),
  Transfer: () => ({ id: ids.transfer }),
  Transfers: () => ({ first: PAGE }),
  User: () => ({ id: ids.hub }),
  UserReviews: () => ({ id: ids.hub, first: PAGE }),
  Users: () => ({ first: PAGE, search: 'person 12' }),
}
const OPERATIONS = new URL('../../schema/operations/', import.meta.url)
// Reads by staff check whether a chat is their own, so all of their own chats, here 790, may be read several times.
const ROWS_OF_STAFF_MAX = 5 * 790

test('each query of the SDK reads fifteen rows an entry at most, besides counted rows', async () => {
  const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith('.graphql'))
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, OPERATIONS), 'utf8')))
  const excess: object[] = []
  for (const [name, document] of Object.entries(separateOperations(parse(texts.join('\n'))))) {
    if (!document.definitions.some((node) => 'operation' in node && node.operation === 'query')) continue
    for (const viewer of ['hub', 'ordinary', 'administrator'] as const) {
      const rowsMax = viewer === 'administrator' ? ROWS_OF_STAFF_MAX : ROWS_MAX
      excess.push(...(await excessOf(print(document), QUERIES[name]?.() ?? {}, viewer, rowsMax)))
    }
  }
  expect(excess).toEqual([])
})

test('timers find due rows by an index', async () => {
  const { app } = world
  const whole = await world.wholeReadsBy(async () => {
    for (const timer of timersOf(app.config, app.files)) {
      await timer.nextDue(app.database)
      await timer.runDue(app.work, 1)
    }
    await sweepFiles({ database: app.database, store: app.files.store, log: app.log }, startOfWalk())
  })
  expect(whole).toEqual([])
})

// Fields that the operations of the SDK do not select.
const MORE = /* GraphQL */ `
  query ($task: ID!, $posting: ID!, $transfer: ID!, $near: NearInput!) {
    task(id: $task) {
      attachments { id }
      submission { attachments { id } }
      hold { refunds { id } chargebacks { evidence { id } } }
      dispute { evidence { id } supportChat { id } }
    }
    transfer(id: $transfer) { ledgerTransactions { id } reversals { ledgerTransaction { id } } }
    node(id: $posting) {
      ... on LedgerTransaction { entries { account { balance(at: "2026-06-01T00:00:00Z") { amount } } } }
    }
    open: tasks(filter: { near: $near }, first: 5) { nodes { id } }
    other: tasks(filter: { near: $near, status: COMPLETED }, first: 5) { nodes { id } }
  }`

test('every index is used by a query', async () => {
  const { database } = world.app
  const near = { latitude: '58.4', longitude: '26.7', radiusKm: 5 }
  for (const viewer of ['finance', 'agent'] as const) {
    await world.answer(MORE, { task: ids.task, posting: ids.posting, transfer: ids.transfer, near }, viewer)
  }
  const stretch = { after: 0n, until: 100_000n, limit: 10 }
  const uuid = (name: string) => parsePublicId(ids[name] ?? '')?.uuid ?? ''
  await readChatEvents(database, { ...stretch, chatId: uuid('chat'), afterSequence: null })
  await readTransferEvents(database, { ...stretch, transferId: uuid('transfer') })
  const day = { after: new Date('2026-03-01T00:00:00Z'), through: new Date('2026-03-01T04:00:00Z') }
  await withTransaction(database, (tx) => findUnreturnedChargebacks(tx, { ...day, reconciliationId: newId() }))
  await readLatestSequence(database, { userId: uuid('hub') })
  expect(await mailBacklog(database)).toEqual({ pending: 100, failed: 100 })
  const scans = await world.scansByIndex()
  const unused = [...scans].filter(([, count]) => count === 0).map(([name]) => name)
  expect(unused.sort()).toEqual(FOR_FOREIGN_KEYS_ALONE)
})
