/** The support queue: its members, order, wait estimates and system messages. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import {
  chatRowOf,
  chatSeenBy,
  closeService,
  eventsOf,
  expectCountsToBeRight,
  expectServiceRefusal,
  type Someone,
  serviceTimersRun,
  someone,
  talkOf,
} from '../../support/customerService.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { actor, type Named, timePasses } from '../../support/story.ts'

let app: TestApp
let cora: Someone
let carl: Someone
let gil: Someone
let gus: Someone
let ada: Someone

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  ;[cora, carl, gil, gus, ada] = [
    await someone(app, 'Cora'),
    await someone(app, 'Carl'),
    await someone(app, 'Gil', 'AGENT'),
    await someone(app, 'Gus', 'AGENT'),
    await someone(app, 'Ada', 'ADMIN'),
  ]
})
afterEach(async () => {
  await expectCountsToBeRight(app)
  await closeService(app)
})

const placeOf = async (chat: Named) =>
  (await chatSeenBy(ada, chat))?.queue as { position: number; estimatedWait: string }
const suspend = (whom: Someone) => ada.does('suspendUser', { userId: whom.id, reason: 'Because.' })
const restore = (whom: Someone) =>
  ask(ada, 'mutation ($input: SuspendUserInput!) { restoreUser(input: $input) { __typename } }', {
    input: { userId: whom.id, reason: 'Because.' },
  })
const QUEUE = `query ($first: Int, $after: String, $last: Int, $before: String) {
  supportQueue(first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { id } pageInfo { startCursor endCursor }
  }
}`
interface Page {
  supportQueue: { totalCount: number; nodes: { id: string }[]; pageInfo: { startCursor: string; endCursor: string } }
}

describe('a returned chat', () => {
  /** Three chats that were returned one after the other, in the order of return. */
  async function threeReturned(): Promise<Named[]> {
    const chats: Named[] = []
    for (const customer of ['Una', 'Vera', 'Wim']) chats.push(await (await someone(app, customer)).seeksHelp())
    for (const [index, { uuid }] of chats.entries()) {
      await app.database.run`
        /* testReturned */
        update chats
        set at_front = true, returned_at = errand_now() + make_interval(secs => ${index - 10})
        where id = ${uuid}`
    }
    return chats
  }

  test('is at the very front: before chats that were returned earlier, whatever their priority', async () => {
    const waiting = await cora.seeksHelp()
    await app.database.run`/* testPriority */ update chats set priority = 9 where id = ${waiting.uuid}`
    const early = await carl.seeksHelp()
    await app.database.run`
      /* testEarly */
      update chats
      set at_front = true, priority = 5, returned_at = errand_now() - interval '1 minute'
      where id = ${early.uuid}`
    const customer = await someone(app, 'Rita')
    await gil.is('BUSY', 2)
    expect(await gil.claims()).toEqual(early)
    expect(await gil.claims()).toEqual(waiting)
    const last = await customer.seeksHelp()
    await gus.is('BUSY')
    await gus.claims()
    await gil.writes(waiting, 'Hello.')
    await timePasses(app, '9 minutes')
    await gus.writes(last, 'Hello.')
    await timePasses(app, '2 minutes')
    // Gil loses the early chat now, and Gus his later.
    expect(await serviceTimersRun(app)).toBe(2)
    expect(await placeOf(early)).toMatchObject({ position: 1 })
    await customer.writes(last)
    await timePasses(app, '11 minutes')
    await serviceTimersRun(app)
    expect((await talkOf(app, last)).at(-1)).toContain('You are at the front of the queue again.')
    expect(await placeOf(last)).toMatchObject({ position: 1 })
    expect(await placeOf(early)).toMatchObject({ position: 2 })
    const next = await someone(app, 'Next', 'AGENT')
    await next.is('BUSY')
    expect(await next.claims()).toEqual(last)
  })

  test('has the same position in the list, in pages in both directions', async () => {
    const returned = await threeReturned()
    const waiting = [await cora.seeksHelp(), await carl.seeksHelp()]
    const legacy = waiting[1] as Named
    await app.database.run`/* testLegacy */ update chats set at_front = true where id = ${legacy.uuid}`
    const order = [...[...returned].reverse(), legacy, waiting[0] as Named].map(({ id }) => id)
    const page = async (variables: object) => (await ask<Page>(gus, QUEUE, { ...variables })).supportQueue
    expect((await page({})).nodes.map(({ id }) => id)).toEqual(order)
    for (let first = 1; first <= 4; first++) {
      const head = await page({ first })
      expect(head.nodes.map(({ id }) => id)).toEqual(order.slice(0, first))
      const rest = await page({ first: 10, after: head.pageInfo.endCursor })
      expect(rest.nodes.map(({ id }) => id)).toEqual(order.slice(first))
      const tail = await page({ last: first })
      expect(tail.nodes.map(({ id }) => id)).toEqual(order.slice(-first))
      const before = await page({ last: 10, before: tail.pageInfo.startCursor })
      expect(before.nodes.map(({ id }) => id)).toEqual(order.slice(0, -first))
    }
    const positions = await Promise.all(order.map(async (id) => (await placeOf({ id, uuid: '' })).position))
    expect(positions).toEqual([1, 2, 3, 4, 5])
    // A cursor from before the column `returnedAt` existed stays valid.
    const { queuedAt } = await chatRowOf(app, legacy)
    const cursor = Buffer.from(`1:0:${queuedAt?.getTime()}:${legacy.uuid}`).toString('base64url')
    expect((await page({ first: 10, after: cursor })).nodes.map(({ id }) => id)).toEqual(order.slice(4))
  })
})

describe('the chat of a suspended customer', () => {
  test('is not assigned, delays no other chat, and continues when the customer is restored', async () => {
    const theirs = await cora.seeksHelp()
    const other = await carl.seeksHelp()
    await suspend(cora)
    expect(await placeOf(theirs)).toBeNull()
    expect(await placeOf(other)).toMatchObject({ position: 1 })
    expect((await ask<Page>(gus, QUEUE)).supportQueue).toMatchObject({ totalCount: 1, nodes: [{ id: other.id }] })
    await gil.is('ONLINE')
    expect(await chatRowOf(app, other)).toMatchObject({ agentId: gil.uuid })
    expect(await chatRowOf(app, theirs)).toMatchObject({ status: 'QUEUED' })
    expect(await serviceTimersRun(app)).toBe(0)
    await expectServiceRefusal(app, gil, 'claimNextChat', {}, { __typename: 'QueueEmptyError' })
    await restore(cora)
    expect(await serviceTimersRun(app)).toBe(1)
    expect(await chatRowOf(app, theirs)).toMatchObject({ agentId: gil.uuid })
  })
})

describe('the estimate', () => {
  /** Four chats that Gil has served within 3 minutes. */
  async function fourServed(): Promise<void> {
    await timePasses(app, '2 hours')
    await gil.is('BUSY')
    for (let served = 0; served < 4; served++) {
      await (await someone(app, 'Served')).seeksHelp()
      await timePasses(app, '60 seconds')
      await gil.claims()
    }
  }

  test('exists while an agent is at work who could serve the chat', async () => {
    await fourServed()
    expect(await placeOf(await cora.seeksHelp())).toMatchObject({ estimatedWait: expect.stringMatching(/^PT4\dS$/) })
  })

  test.each([
    [
      'lost the role',
      (id: string) => app.database.run`/* testRole */ update users set roles = '{USER}' where id = ${id}`,
    ],
    [
      'is suspended',
      (id: string) =>
        app.database.run`/* testSuspended */ update users set suspended_at = errand_now() where id = ${id}`,
    ],
    [
      'is not signed in',
      (id: string) =>
        app.database.run`/* testEnded */ update sessions set revoked_at = clock_timestamp() where user_id = ${id}`,
    ],
  ])('is null while the only agent at work %s', async (_case, lose) => {
    await fourServed()
    await lose(gil.uuid)
    expect(await placeOf(await cora.seeksHelp())).toMatchObject({ position: 1, estimatedWait: null })
  })

  test('is null while the only agent at work is the customer or has a conflict of interest', async () => {
    await fourServed()
    expect(await placeOf(await gil.seeksHelp())).toMatchObject({ position: 1, estimatedWait: null })
    await gil.is('OFFLINE')
    const greta = await actor(app, 'Greta', 'AGENT')
    await ask(greta, 'mutation { setAgentAvailability(input: { availability: BUSY }) { __typename } }')
    const task = await greta.posts()
    expect(await placeOf(await cora.seeksHelp({ aboutId: task.id }))).toMatchObject({
      position: 2,
      estimatedWait: null,
    })
    expect(await placeOf(await carl.seeksHelp())).toMatchObject({ position: 3, estimatedWait: expect.any(String) })
  })
})

describe('a chat that no agent takes', () => {
  const SORRY =
    'SYSTEM: We are sorry for the long wait. You keep your position in the queue and do not need to ask again.'

  test('gets one system message after a day, and ends after three days', async () => {
    const chat = await cora.seeksHelp()
    await timePasses(app, '23 hours 59 minutes')
    expect(await serviceTimersRun(app)).toBe(0)
    await timePasses(app, '2 minutes')
    expect(await serviceTimersRun(app)).toBe(1)
    expect(await talkOf(app, chat)).toEqual(['1 Cora: I need help.', `2 ${SORRY}`])
    await timePasses(app, '47 hours')
    expect(await serviceTimersRun(app)).toBe(0)
    expect(await placeOf(chat)).toMatchObject({ position: 1 })
    await timePasses(app, '1 hour')
    expect(await serviceTimersRun(app)).toBe(1)
    expect(await chatSeenBy(cora, chat)).toMatchObject({
      status: 'ENDED',
      endReason: 'AGENT_INACTIVE',
      agent: null,
      queue: null,
    })
    expect(await talkOf(app, chat)).toHaveLength(2)
    expect((await eventsOf(app, chat)).at(-1)).toBe('chat.ended')
    expect(await cora.seeksHelp()).not.toEqual(chat)
  })

  test('starts a new wait when an agent returns it', async () => {
    const chat = await cora.seeksHelp()
    await timePasses(app, '25 hours')
    await serviceTimersRun(app)
    await timePasses(app, '40 hours')
    await gil.is('BUSY')
    await gil.claims()
    await timePasses(app, '11 minutes')
    expect(await serviceTimersRun(app)).toBe(1)
    await timePasses(app, '23 hours')
    expect(await serviceTimersRun(app)).toBe(0)
    await timePasses(app, '2 hours')
    expect(await serviceTimersRun(app)).toBe(1)
    expect((await talkOf(app, chat)).at(-1)).toBe(`4 ${SORRY}`)
    await timePasses(app, '46 hours')
    expect(await serviceTimersRun(app)).toBe(0)
    await timePasses(app, '2 hours')
    expect(await serviceTimersRun(app)).toBe(1)
    expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ENDED', endReason: 'AGENT_INACTIVE' })
  })

  test('does not count the time while it is assigned', async () => {
    const chat = await cora.seeksHelp()
    await gil.is('BUSY')
    await gil.claims()
    await gil.writes(chat)
    await timePasses(app, '9 minutes')
    await cora.writes(chat)
    const moments = await Promise.all(
      ['longWaits', 'hopelessWaits'].map((wanted) =>
        app.timers.find(({ name }) => name === wanted)?.nextDue(app.database),
      ),
    )
    expect(moments).toEqual([null, null])
  })

  test('has the timeouts of the configuration', async () => {
    const quick = await startApp({ supportQueue: { noticeMs: 1_000, endMs: 5_000 } })
    const chat = await (await someone(quick, 'Cora')).seeksHelp()
    const queuedAtMs = (await chatRowOf(quick, chat)).queuedAt?.getTime() ?? 0
    const due = async (wanted: string) => quick.timers.find(({ name }) => name === wanted)?.nextDue(quick.database)
    expect(await due('longWaits')).toEqual(new Date(queuedAtMs + 1_000))
    expect(await due('hopelessWaits')).toEqual(new Date(queuedAtMs + 5_000))
    await quick.stop()
  })
})

test('the silence of an agent starts at the first unanswered message, however often the customer writes again', async () => {
  const chat = await cora.seeksHelp()
  await gil.is('BUSY')
  await gil.claims()
  await gil.writes(chat, 'Hello.')
  await cora.writes(chat, 'One.')
  const { agentSilentSince } = await chatRowOf(app, chat)
  await timePasses(app, '9 minutes')
  await cora.writes(chat, 'Two.')
  await cora.seeksHelp({ message: 'Three.' })
  expect((await chatRowOf(app, chat)).agentSilentSince).toEqual(agentSilentSince)
  expect(await serviceTimersRun(app)).toBe(0)
  await timePasses(app, '61 seconds')
  expect(await serviceTimersRun(app)).toBe(1)
  expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'QUEUED', queue: { position: 1 } })
})

test('an answer ends the silence of the agent, and the next message starts another one', async () => {
  const chat = await cora.seeksHelp()
  await gil.is('BUSY')
  await gil.claims()
  await timePasses(app, '9 minutes')
  await gil.writes(chat, 'Hello.')
  await cora.writes(chat, 'One.')
  await timePasses(app, '9 minutes')
  expect(await serviceTimersRun(app)).toBe(0)
  await timePasses(app, '61 seconds')
  expect(await serviceTimersRun(app)).toBe(1)
})
