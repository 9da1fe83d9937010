import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  chatRowOf,
  closeService,
  eventsOf,
  expectCountsToBeRight,
  type Someone,
  serviceTimersRun,
  someone,
  talkOf,
} from '../support/customerService.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type Outcome, timePasses, waitsForLock, whileHolding } from '../support/story.ts'

const ROUNDS = 10

let app: TestApp
let cora: Someone
let gil: Someone
let gus: Someone

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  ;[cora, gil, gus] = [
    await someone(app, 'Cora'),
    await someone(app, 'Gil', 'AGENT'),
    await someone(app, 'Gus', 'AGENT'),
  ]
})
afterEach(async () => {
  await expectCountsToBeRight(app)
  await closeService(app)
})

const successesOf = (outcomes: Outcome[]) => outcomes.filter(({ __typename }) => !__typename.endsWith('Error'))
const chatIdOf = ({ chat }: Outcome) => (chat as { id: string }).id
const customers = (count: number) => Promise.all(Array.from({ length: count }, () => someone(app, 'Customer')))

test('of 20 concurrent starts by one customer, one opens the chat, and all messages are in it', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, number) => cora.asks('startSupportChat', { message: `Message ${number}.` })),
  )
  expect(successesOf(outcomes)).toHaveLength(20)
  expect(new Set(outcomes.map(chatIdOf)).size).toBe(1)
  const [chat] = await app.prisma.chat.findMany({ where: { customerId: cora.uuid } })
  const named = { id: chatIdOf(outcomes[0] as Outcome), uuid: chat?.id ?? '' }
  expect(chat).toMatchObject({ lastSequence: 20 })
  const talk = await talkOf(app, named)
  expect(talk.map((line) => Number(line.split(' ')[0]))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  expect(new Set(talk.map((line) => line.replace(/^\d+ /, ''))).size).toBe(20)
  expect((await eventsOf(app, named)).filter((type) => type === 'chat.queued')).toHaveLength(1)
})

test('10 concurrent starts under one key run once', async () => {
  const input = { idempotencyKey: 'mine', message: 'Help.' }
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => cora.asks('startSupportChat', input)))
  expect(outcomes.filter(({ replayed }) => replayed === false)).toHaveLength(1)
  expect(await app.prisma.message.count({ where: { authorId: cora.uuid } })).toBe(1)
})

test('of 20 concurrent claims from a queue of 12, 12 get a different chat each', async () => {
  const agents = await Promise.all(Array.from({ length: 20 }, (_, index) => someone(app, `Agent${index}`, 'AGENT')))
  for (const agent of agents) await agent.is('BUSY')
  const waiting = await Promise.all((await customers(12)).map((customer) => customer.seeksHelp()))
  const outcomes = await Promise.all(agents.map((agent) => agent.asks('claimNextChat', {})))
  expect(successesOf(outcomes).map(chatIdOf).sort()).toEqual(waiting.map(({ id }) => id).sort())
  expect(outcomes.filter(({ __typename }) => __typename === 'QueueEmptyError')).toHaveLength(8)
})

test('an agent with 10 concurrent claims gets as many chats as their capacity', async () => {
  await Promise.all((await customers(10)).map((customer) => customer.seeksHelp()))
  await gil.is('BUSY', 3)
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => gil.asks('claimNextChat', {})))
  expect(successesOf(outcomes)).toHaveLength(3)
  expect(outcomes.filter(({ __typename }) => __typename === 'AgentAtCapacityError')).toHaveLength(7)
  expect(await app.prisma.agent.findUnique({ where: { id: gil.uuid } })).toMatchObject({ activeChats: 3 })
})

test('chats that arrive while agents come ONLINE and claim get one agent each, and none waits while an agent is free', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const people = await customers(6)
    await gus.is('BUSY', 50)
    await Promise.all([
      ...people.map((customer) => customer.seeksHelp()),
      gil.is('ONLINE', 3),
      gus.asks('claimNextChat', {}),
      gus.asks('claimNextChat', {}),
    ])
    await serviceTimersRun(app)
    const chats = await app.prisma.chat.findMany({ where: { customerId: { in: people.map(({ uuid }) => uuid) } } })
    expect(chats).toHaveLength(6)
    const gils = chats.filter(({ agentId }) => agentId === gil.uuid).length
    const waiting = chats.filter(({ status }) => status === 'QUEUED').length
    expect(gils).toBeLessThanOrEqual(3)
    if (waiting > 0) expect(gils).toBe(3)
    await expectCountsToBeRight(app)
    await closeService(app)
  }
})

test('a claim races automatic assignment: one of the two gets the chat', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [customer] = (await customers(1)) as [Someone]
    await gus.is('BUSY')
    const chat = await customer.seeksHelp()
    const [claimed] = await Promise.all([gus.asks('claimNextChat', {}), gil.is('ONLINE')])
    await serviceTimersRun(app)
    const { status, agentId } = await chatRowOf(app, chat)
    const gusHasIt = claimed.__typename === 'SupportChatPayload'
    expect([status, agentId]).toEqual(['ASSIGNED', gusHasIt ? gus.uuid : gil.uuid])
    expect((await eventsOf(app, chat)).filter((type) => type === 'chat.assigned')).toHaveLength(1)
    await closeService(app)
  }
})

test('the end races a message: the message precedes the end or is refused', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [customer] = (await customers(1)) as [Someone]
    await gil.is('BUSY')
    const chat = await customer.seeksHelp()
    await gil.claims()
    const [ended, ...sent] = await Promise.all([
      gil.asks('endChat', { chatId: chat.id }),
      customer.asks('sendMessage', { chatId: chat.id, body: 'One.' }),
      customer.asks('sendMessage', { chatId: chat.id, body: 'Two.' }),
    ])
    expect(ended.__typename).toBe('SupportChatPayload')
    const written = successesOf(sent).length
    expect(sent.filter(({ __typename }) => __typename === 'ChatEndedError')).toHaveLength(2 - written)
    const events = await eventsOf(app, chat)
    expect(events.at(-1)).toBe('chat.ended')
    expect(await chatRowOf(app, chat)).toMatchObject({ lastSequence: 1 + written, agentSilentSince: null })
  }
})

test('of two concurrent ends, and of two concurrent ratings, one succeeds', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [customer] = (await customers(1)) as [Someone]
    await gil.is('BUSY')
    const chat = await customer.seeksHelp()
    await gil.claims()
    const ends = await Promise.all([gil, customer].map((who) => who.asks('endChat', { chatId: chat.id })))
    expect(successesOf(ends)).toHaveLength(1)
    const ratings = await Promise.all([1, 5].map((score) => customer.asks('rateChat', { chatId: chat.id, score })))
    expect(successesOf(ratings)).toHaveLength(1)
    expect(await eventsOf(app, chat)).toEqual([
      'chat.queued',
      'chat.message',
      'chat.assigned',
      'chat.ended',
      'chat.rated',
    ])
  }
})

test('two agents who concurrently hand their chats to each other both succeed', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const people = (await customers(2)) as [Someone, Someone]
    const [one, other] = [await people[0].seeksHelp(), await people[1].seeksHelp()]
    await gil.is('BUSY')
    await gus.is('BUSY')
    await gil.claims()
    await gus.claims()
    const outcomes = await Promise.all([
      gil.asks('assignChat', { chatId: one.id, agentId: gus.agentId }),
      gus.asks('assignChat', { chatId: other.id, agentId: gil.agentId }),
    ])
    expect(successesOf(outcomes)).toHaveLength(2)
    expect(await chatRowOf(app, one)).toMatchObject({ agentId: gus.uuid })
    expect(await chatRowOf(app, other)).toMatchObject({ agentId: gil.uuid })
    await closeService(app)
  }
})

test('an agent who waits for the lock while the chat is handed over cannot write in it', async () => {
  const chat = await cora.seeksHelp()
  await gil.is('BUSY')
  await gil.claims()
  await gus.is('BUSY')
  const handOver = `
    update chats
    set agent_id = '${gus.uuid}'
    where id = $1`
  await whileHolding(app, [handOver, chat.uuid], async (letGo) => {
    const sent = gil.asks('sendMessage', { chatId: chat.id, body: 'Too late.' })
    await waitsForLock(app, 'lockChatOfPerson')
    await letGo()
    expect(await sent).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
  })
  expect(await talkOf(app, chat)).toEqual(['1 Cora: I need help.'])
})

test('an answer races the loss of the chat: it precedes the loss or is refused', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [customer] = (await customers(1)) as [Someone]
    await gil.is('BUSY')
    const chat = await customer.seeksHelp()
    await gil.claims()
    await timePasses(app, '11 minutes')
    const [sent] = await Promise.all([
      gil.asks('sendMessage', { chatId: chat.id, body: 'Here I am.' }),
      serviceTimersRun(app),
    ])
    await serviceTimersRun(app)
    const { status, agentId } = await chatRowOf(app, chat)
    if (sent.__typename === 'MessagePayload') expect([status, agentId]).toEqual(['ASSIGNED', gil.uuid])
    else {
      expect(sent.__typename).toBe('ForbiddenError')
      expect([status, agentId]).toEqual(['QUEUED', null])
      expect((await talkOf(app, chat)).join()).not.toContain('Here I am.')
    }
    await closeService(app)
  }
})

test('two concurrent sweeps warn, return and assign once', async () => {
  const people = await customers(8)
  const chats = await Promise.all(people.map((customer) => customer.seeksHelp()))
  await gil.is('ONLINE', 8)
  for (const chat of chats.slice(0, 4)) await gil.writes(chat, 'Hello.')
  await timePasses(app, '11 minutes')
  const done = await Promise.all([serviceTimersRun(app), serviceTimersRun(app), serviceTimersRun(app)])
  expect(done.reduce((sum, count) => sum + count)).toBe(8)
  const rows = await Promise.all(chats.map((chat) => chatRowOf(app, chat)))
  expect(rows.map(({ status, lastSequence }) => `${status} ${lastSequence}`)).toEqual([
    ...Array(4).fill('ASSIGNED 3'),
    ...Array(4).fill('QUEUED 2'),
  ])
})
