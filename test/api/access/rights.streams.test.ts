/** An open stream ends when its subscriber may no longer see its topic. */
import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startEventStreams } from '../../../src/streams/eventStreams.ts'
import { taskTopic } from '../../../src/streams/streamTopics.ts'
import { ask } from '../../support/ask.ts'
import { closeService, someone } from '../../support/customerService.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type StreamAnswer, Subscription } from '../../support/servers/streams.ts'
import { actor } from '../../support/story.ts'

const PROVEN = { isVerified: true, withheldRoles: [], hasSecondFactor: false, provenAt: null }

let app: TestApp
let url: string

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})
afterEach(() => closeService(app))

describe('a stream of a task', () => {
  const TASK = /* GraphQL */ `
    subscription ($id: ID!) {
      task(id: $id) {
        __typename
        ... on TaskEvent {
          type
          reason
          actor { ... on User { displayName } ... on System { name } }
          task { status agreedPrice { amount } assignee { id } acceptedAt applicationCount }
        }
      }
    }
  `
  const itemOf = (answer: StreamAnswer | undefined) => answer?.data?.task

  test('sends a stranger the acceptance, with the public part only, and ends', async () => {
    const [anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
    const task = await anna.posts()
    const strangers = [await Subscription.open(url, null, TASK, { id: task.id })]
    strangers.push(await Subscription.open(url, (await actor(app, 'Sam')).accessToken, TASK, { id: task.id }))
    const poster = await Subscription.open(url, anna.accessToken, TASK, { id: task.id })
    await ben.accepts(task)
    await anna.funds(task)
    for (const stream of strangers) {
      const item = itemOf(await stream.next())
      expect(item).toMatchObject({ type: 'task.accepted', reason: null, actor: { name: 'hidden' } })
      expect(item?.task).toMatchObject({ agreedPrice: null, assignee: null, acceptedAt: null, applicationCount: 0 })
      expect(await stream.next()).toBeUndefined()
    }
    for (const type of ['task.accepted', 'task.funding_requested', 'task.funded']) {
      expect(itemOf(await poster.next())).toMatchObject({ type })
    }
    poster.close()
  })

  test('sends the former invitee the update, and ends', async () => {
    const [anna, ben, cleo] = [await actor(app, 'Anna'), await actor(app, 'Ben'), await actor(app, 'Cleo')]
    const task = await anna.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id })
    const stream = await Subscription.open(url, ben.accessToken, TASK, { id: task.id })
    await anna.does('updateTask', { taskId: task.id, expectedVersion: 1, inviteeId: cleo.id })
    expect(itemOf(await stream.next())).toMatchObject({ type: 'task.updated' })
    expect(await stream.next()).toBeUndefined()
  })

  test('ends at the next heartbeat if the task was hidden without an event', async () => {
    const [anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
    const task = await anna.posts()
    const { database, connectionString, prisma } = app
    const log = pino({ level: 'silent' })
    const streams = startEventStreams({
      database,
      connectionString,
      staffNeedsSecondFactor: false,
      log,
      limits: { resumeMax: 50, heartbeatMs: 50 },
    })
    const caller = { id: ben.uuid, sessionId: ben.sessionId, roles: ['USER' as const], ...PROVEN }
    const topic = taskTopic({ database, prisma, caller }, task.uuid)
    const items = (await streams.open({ topic, caller, after: null }))[Symbol.asyncIterator]()
    expect((await items.next()).value).toMatchObject({ at: expect.any(Date) })
    await database.run`/* testSuspension */ update users set suspended_at = errand_now() where id = ${anna.uuid}`
    let item = await items.next()
    while (!item.done && 'at' in item.value) item = await items.next()
    expect(item.value).toEqual({ oldest: expect.any(BigInt), latest: expect.any(BigInt) })
    expect(await items.next()).toEqual({ done: true, value: undefined })
    await streams.stop()
  })
})

test('the stream of the queue hides a complaint about the agent from them', async () => {
  const [anna, staff] = [await actor(app, 'Anna'), await actor(app, 'Gil', 'AGENT')]
  const gus = await someone(app, 'Gus', 'AGENT')
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await staff.applies(task)
  const QUEUE = 'subscription { supportQueue { ... on ChatEvent { chat { id ... on SupportChat { subject } } } } }'
  const [own, other] = [
    await Subscription.open(url, staff.accessToken, QUEUE),
    await Subscription.open(url, gus.accessToken, QUEUE),
  ]
  await ask(anna, 'mutation ($i: StartSupportChatInput!) { startSupportChat(input: $i) { __typename } }', {
    i: { aboutId: task.id, subject: 'Gil is rude.', message: 'He is.' },
  })
  const next = await (await someone(app, 'Cora')).seeksHelp({ subject: 'Another matter.' })
  expect((await other.next())?.data?.supportQueue?.chat).toMatchObject({ subject: 'Gil is rude.' })
  expect((await own.next())?.data?.supportQueue?.chat).toEqual({ id: next.id, subject: 'Another matter.' })
  own.close()
  other.close()
})

test('a stream of a chat sends the former agent the hand-over, and ends', async () => {
  const [cora, gil, gus] = [
    await someone(app, 'Cora'),
    await someone(app, 'Gil', 'AGENT'),
    await someone(app, 'Gus', 'AGENT'),
  ]
  const chat = await cora.seeksHelp()
  await gil.is('BUSY')
  await gus.is('BUSY')
  await gil.claims()
  const stream = await Subscription.open(
    url,
    gil.accessToken,
    `subscription ($id: ID!) { chat(id: $id) { __typename ... on Event { type } ... on ChatEvent { message { body } } } }`,
    { id: chat.id },
  )
  await gil.does('assignChat', { chatId: chat.id, agentId: gus.agentId })
  expect((await stream.next())?.data?.chat).toEqual({ __typename: 'ChatEvent', type: 'chat.assigned', message: null })
  expect(await stream.next()).toBeUndefined()
})
