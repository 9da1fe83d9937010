import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Person, person } from '../../support/people.ts'
import { recordTestEvent } from '../../support/recordTestEvent.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { secondServer } from '../../support/servers/secondServer.ts'
import { type StreamAnswer, Subscription } from '../../support/servers/streams.ts'
import { actor } from '../../support/story.ts'
import { taskRow } from '../../support/worlds/rows.ts'

const ITEM = /* GraphQL */ `
  fragment Item on StreamItem {
    __typename
    ... on Event { id cursor type occurredAt actor { ... on User { id displayName } ... on System { name } } }
    ... on TaskEvent { task { id title } reason taskStatusBefore taskStatusAfter }
    ... on ChatEvent { chat { id unreadCount } message { id } }
    ... on TransferEvent { transfer { id } transferStatusBefore transferStatusAfter }
    ... on Heartbeat { latest at }
    ... on ResyncRequired { oldest latest }
  }
`
const EVENTS = `subscription ($after: EventCursor, $filter: EventFilter) { events(after: $after, filter: $filter) { ...Item } } ${ITEM}`
const TASK = `subscription ($id: ID!, $after: EventCursor) { task(id: $id, after: $after) { ...Item } } ${ITEM}`
const TRANSFER = `subscription ($id: ID!, $after: EventCursor) { transfer(id: $id, after: $after) { ...Item } } ${ITEM}`

let app: TestApp
let url: string
let anna: Person
let ben: Person
let task: Awaited<ReturnType<typeof taskRow>>

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  anna = await person(app, 'Anna')
  ben = await person(app, 'Ben')
  task = await taskRow(app, { poster: anna })
})

/** The value of the only field of an answer; fails if there is none. */
function itemOf(answer: StreamAnswer | undefined): Record<string, unknown> {
  expect(answer?.errors).toBeUndefined()
  const [item] = Object.values(answer?.data ?? {})
  if (!item) throw new Error('The stream has ended.')
  return item
}

async function reasonsOf(stream: Subscription, count: number): Promise<unknown[]> {
  const reasons: unknown[] = []
  while (reasons.length < count) reasons.push(itemOf(await stream.next()).reason)
  return reasons
}

const codeOf = (answer: StreamAnswer | undefined) => answer?.errors?.[0]?.extensions?.code

async function openStreams(): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^errand_streams_open(?:\{.*\})? (\d+)/m.exec(metrics)?.[1])
}

test('a subscriber gets the events of their feed, and no others, as they happen', async () => {
  const stream = await Subscription.open(url, ben.accessToken, EVENTS)
  await recordTestEvent(app, { task, by: anna, concerns: [anna] })
  await recordTestEvent(app, { task, by: anna, concerns: [anna, ben], reason: 'for Ben' })
  expect(itemOf(await stream.next())).toMatchObject({
    __typename: 'TaskEvent',
    id: expect.stringMatching(/^tev_/),
    cursor: expect.stringMatching(/^ec_\d+$/),
    type: 'task.updated',
    reason: 'for Ben',
    actor: { id: anna.id, displayName: 'Anna' },
    task: { id: task.id, title: 'Paint the fence' },
  })
  stream.close()
})

test('a stream without a cursor starts after all events committed before it', async () => {
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'before' })
  const stream = await Subscription.open(url, anna.accessToken, EVENTS)
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'after' })
  expect(await reasonsOf(stream, 1)).toEqual(['after'])
  stream.close()
})

test('a stream resumes after the last cursor without gaps or duplicates', async () => {
  const first = await Subscription.open(url, anna.accessToken, EVENTS)
  for (const reason of ['one', 'two', 'three']) await recordTestEvent(app, { task, by: anna, concerns: [anna], reason })
  expect(itemOf(await first.next()).reason).toBe('one')
  const { cursor } = itemOf(await first.next())
  first.close()
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'four' })
  const second = await Subscription.open(url, anna.accessToken, EVENTS, { after: cursor })
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'five' })
  expect(await reasonsOf(second, 3)).toEqual(['three', 'four', 'five'])
  second.close()
})

test('a filter passes only its types and its subject', async () => {
  const other = await taskRow(app, { poster: anna })
  const filter = { types: ['task.canceled'], subjectId: task.id }
  const stream = await Subscription.open(url, anna.accessToken, EVENTS, { filter })
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'another type' })
  await recordTestEvent(app, {
    task: other,
    by: anna,
    concerns: [anna],
    type: 'task.canceled',
    reason: 'another subject',
  })
  await recordTestEvent(app, { task, by: anna, concerns: [anna], type: 'task.canceled', reason: 'wanted' })
  expect(await reasonsOf(stream, 1)).toEqual(['wanted'])
  stream.close()
})

test('invalid subscriptions are refused with their codes', async () => {
  const draft = await taskRow(app, { poster: anna, status: 'DRAFT' })
  const open = async (person: Person | null, query: string, variables = {}) =>
    codeOf(await (await Subscription.open(url, person?.accessToken ?? null, query, variables)).next())
  expect(await open(null, EVENTS)).toBe('UNAUTHENTICATED')
  expect(await open(anna, EVENTS, { filter: { types: ['task.nothing'] } })).toBe('BAD_USER_INPUT')
  expect(await open(anna, EVENTS, { after: 'ec_999999999' })).toBe('BAD_USER_INPUT')
  expect(await open(anna, EVENTS, { after: 'nonsense' })).toBe('BAD_USER_INPUT')
  for (const id of [draft.id, anna.id, 'tsk_1', '']) expect(await open(ben, TASK, { id })).toBe('NOT_FOUND')
  for (const id of ['trf_1', task.id]) expect(await open(ben, TRANSFER, { id })).toBe('NOT_FOUND')
})

test('a stranger gets the public events of an open task, the last one being the one that hides it, and the stream ends', async () => {
  const watchers = [ben.accessToken, null]
  const streams = await Promise.all(watchers.map((token) => Subscription.open(url, token, TASK, { id: task.id })))
  const poster = await Subscription.open(url, anna.accessToken, TASK, { id: task.id })
  const set = (status: string) =>
    app.database
      .run`/* testStatus */ update tasks set status = ${status}::task_status, ended_at = errand_now() where id = ${task.uuid}`
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'public' })
  await recordTestEvent(app, { task, by: anna, concerns: [anna], type: 'task.application_received', reason: 'private' })
  await recordTestEvent(app, { task, by: anna, concerns: [anna], type: 'task.published', reason: 'public too' })
  for (const stream of streams) {
    for (const type of ['task.updated', 'task.published']) {
      expect(itemOf(await stream.next())).toMatchObject({ type, task: { id: task.id }, reason: null })
    }
  }
  await set('CANCELED')
  await recordTestEvent(app, {
    task,
    by: anna,
    concerns: [anna],
    type: 'task.canceled',
    reason: 'no longer to be seen',
  })
  await recordTestEvent(app, { task, by: anna, concerns: [anna], type: 'task.updated', reason: 'unseen' })
  expect(await reasonsOf(poster, 5)).toEqual(['public', 'private', 'public too', 'no longer to be seen', 'unseen'])
  for (const stream of streams) {
    expect(itemOf(await stream.next())).toMatchObject({ type: 'task.canceled', task: { id: task.id }, reason: null })
    expect(await stream.next()).toBeUndefined()
  }
  poster.close()
})

test('the parties of a task get the events of its chat and its transfer to the end', async () => {
  const poster = await actor(app, 'Petra')
  const tasker = await actor(app, 'Tom')
  const stream = await Subscription.open(url, tasker.accessToken, EVENTS, {
    filter: { types: ['chat.opened', 'transfer.created'] },
  })
  const posted = await poster.posts()
  const chat = await tasker.accepts(posted)
  expect(itemOf(await stream.next())).toMatchObject({
    __typename: 'ChatEvent',
    chat: { id: chat.id, unreadCount: 0 },
    message: null,
    actor: { id: tasker.id },
  })
  await poster.funds(posted)
  await tasker.submits(posted)
  const transfer = await poster.approves(posted)
  const created = {
    __typename: 'TransferEvent',
    type: 'transfer.created',
    transfer: { id: transfer.id },
    transferStatusBefore: null,
    transferStatusAfter: 'PENDING',
  }
  expect(itemOf(await stream.next())).toMatchObject(created)
  const own = await Subscription.open(url, poster.accessToken, TRANSFER, { id: transfer.id, after: 'ec_0' })
  expect(itemOf(await own.next())).toMatchObject(created)
  const stranger = await Subscription.open(url, ben.accessToken, TRANSFER, { id: transfer.id })
  expect(codeOf(await stranger.next())).toBe('NOT_FOUND')
  stream.close()
  own.close()
})

test('the streams of a revoked session and of a suspended person end with UNAUTHENTICATED', async () => {
  const streams = await Promise.all([anna, ben].map(({ accessToken }) => Subscription.open(url, accessToken, EVENTS)))
  await app.database
    .run`/* testRevoke */ update sessions set revoked_at = clock_timestamp() where id = ${anna.sessionId}`
  await app.database.run`/* testSuspend */ update users set suspended_at = errand_now() where id = ${ben.uuid}`
  for (const stream of streams) {
    expect(codeOf(await stream.next(5_000))).toBe('UNAUTHENTICATED')
    expect(await stream.next()).toBeUndefined()
  }
})

test('a stream ends if the roles of its person change, so that it resumes with the new ones', async () => {
  const stream = await Subscription.open(url, anna.accessToken, EVENTS)
  await app.database.run`/* testRoles */ update users set roles = '{USER,FINANCE}' where id = ${anna.uuid}`
  expect(await stream.next()).toBeUndefined()
})

test('a subscriber who disconnects leaves no stream open', async () => {
  const before = await openStreams()
  const stream = await Subscription.open(url, anna.accessToken, EVENTS)
  expect(await openStreams()).toBe(before + 1)
  stream.close()
  await expect.poll(openStreams, { timeout: 20_000 }).toBe(before)
})

test('a server that stops ends its streams, and another server resumes from the same cursor', async () => {
  const first = await secondServer(app)
  const stream = await Subscription.open(first.url, anna.accessToken, EVENTS)
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'one' })
  const { cursor, reason } = itemOf(await stream.next())
  expect(reason).toBe('one')
  await first.stop()
  expect(await stream.next()).toBeUndefined()
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'two' })
  const second = await secondServer(app)
  const resumed = await Subscription.open(second.url, anna.accessToken, EVENTS, { after: cursor })
  await recordTestEvent(second, { task, by: anna, concerns: [anna], reason: 'three' })
  expect(await reasonsOf(resumed, 2)).toEqual(['two', 'three'])
  await second.stop()
})

test('a cursor that is too far behind gets ResyncRequired', async () => {
  const server = await secondServer(app, { eventsResumeMax: 5 })
  const start = await Subscription.open(server.url, anna.accessToken, EVENTS)
  for (let number = 1; number <= 7; number++) {
    await recordTestEvent(server, { task, by: anna, concerns: [anna], reason: `${number}` })
  }
  const { cursor } = itemOf(await start.next())
  const position = Number(String(cursor).slice('ec_'.length))
  for (let number = 2; number <= 7; number++) await start.next()
  const late = await Subscription.open(server.url, anna.accessToken, EVENTS, { after: cursor })
  const resync = itemOf(await late.next())
  expect(resync).toEqual({
    __typename: 'ResyncRequired',
    oldest: `ec_${position + 1}`,
    latest: `ec_${position + 6}`,
  })
  expect(await late.next()).toBeUndefined()
  const again = await Subscription.open(server.url, anna.accessToken, EVENTS, { after: resync.oldest })
  expect(await reasonsOf(again, 5)).toEqual(['3', '4', '5', '6', '7'])
  await server.stop()
})

test('streams continue after the database has dropped all connections', async () => {
  const stream = await Subscription.open(url, anna.accessToken, EVENTS)
  const server = await secondServer(app)
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'one' })
  expect(await reasonsOf(stream, 1)).toEqual(['one'])
  await server.database.run`
    /* testOutage */
    select pg_terminate_backend(pid)
    from pg_stat_activity
    where datname = current_database()
      and pid <> pg_backend_pid()`
  await expect
    .poll(
      () => recordTestEvent(server, { task, by: anna, concerns: [anna], reason: 'two' }).then(() => 'done', String),
      {
        timeout: 30_000,
      },
    )
    .toBe('done')
  expect(await reasonsOf(stream, 1)).toEqual(['two'])
  stream.close()
  await server.stop()
})

test('an idle stream sends a heartbeat with a resume cursor every 15 seconds', async () => {
  const stream = await Subscription.open(url, anna.accessToken, EVENTS)
  await recordTestEvent(app, { task, by: ben, concerns: [ben] })
  const beat = itemOf(await stream.next(30_000))
  expect(beat).toMatchObject({ __typename: 'Heartbeat', latest: expect.stringMatching(/^ec_\d+$/) })
  stream.close()
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'after the heartbeat' })
  const resumed = await Subscription.open(url, anna.accessToken, EVENTS, { after: beat.latest })
  expect(await reasonsOf(resumed, 1)).toEqual(['after the heartbeat'])
  resumed.close()
})
