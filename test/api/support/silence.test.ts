/** Timeouts of support chats, by the sandbox clock. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import {
  chatRowOf,
  chatSeenBy,
  closeService,
  eventsOf,
  expectCountsToBeRight,
  type Someone,
  someone,
  talkOf,
} from '../../support/customerService.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import type { Named } from '../../support/story.ts'

let app: TestApp
let cora: Someone
let gil: Someone
let gus: Someone
let ada: Someone

beforeAll(async () => {
  app = await startApp()
  ada = await someone(app, 'Ada', 'ADMIN')
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

async function passes(by: string): Promise<void> {
  const answer = await ask(
    ada,
    'mutation ($by: Duration!) { advanceSandboxClock(input: { by: $by }) { __typename } }',
    { by },
  )
  expect(answer).toEqual({ advanceSandboxClock: { __typename: 'SandboxPayload' } })
}

/** A chat that Gil has claimed, and in which the customer has to answer. */
async function answered(): Promise<Named> {
  const chat = await cora.seeksHelp()
  await gil.is('BUSY')
  await gil.claims()
  await gil.writes(chat, 'Hello.')
  return chat
}

const WARNING = 'SYSTEM: Are you still there? This chat will end soon if you do not answer.'
const LOST = 'SYSTEM: The agent did not answer in time. You are at the front of the queue again.'

test('a silent customer is warned after 10 minutes, and the chat ends after 15', async () => {
  const chat = await answered()
  await passes('PT9M55S')
  expect(await talkOf(app, chat)).toEqual(['1 Cora: I need help.', '2 Gil: Hello.'])
  await passes('PT10S')
  expect(await talkOf(app, chat)).toEqual(['1 Cora: I need help.', '2 Gil: Hello.', `3 ${WARNING}`])
  expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED' })
  await passes('PT5M')
  const { endedAt, customerSilentSince } = await chatRowOf(app, chat)
  expect(customerSilentSince).toBeNull()
  expect(await chatSeenBy(cora, chat)).toMatchObject({
    status: 'ENDED',
    endReason: 'CUSTOMER_INACTIVE',
    endedAt: endedAt?.toISOString(),
    agent: { displayName: 'Gil' },
  })
  expect(await talkOf(app, chat)).toHaveLength(3)
  expect((await eventsOf(app, chat)).slice(-2)).toEqual(['chat.message', 'chat.ended'])
})

test('an answer in time keeps the chat, and the next silence starts at the next message of the agent', async () => {
  const chat = await answered()
  await passes('PT12M')
  await cora.writes(chat, 'Here.')
  await passes('PT9M')
  await gil.writes(chat, 'Good.')
  await passes('PT9M')
  await gil.writes(chat, 'Still there?')
  await passes('PT9M')
  expect(await talkOf(app, chat)).toEqual([
    '1 Cora: I need help.',
    '2 Gil: Hello.',
    `3 ${WARNING}`,
    '4 Cora: Here.',
    '5 Gil: Good.',
    '6 Gil: Still there?',
  ])
  await passes('PT2M')
  expect((await talkOf(app, chat)).at(-1)).toBe(`7 ${WARNING}`)
  expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED' })
})

test('the chat of an agent who is silent for 10 minutes returns to the front of the queue', async () => {
  const chat = await answered()
  await gil.is('ONLINE', 1)
  const other = await (await someone(app, 'Carl')).seeksHelp()
  await cora.writes(chat, 'And now?')
  await passes('PT9M55S')
  expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED' })
  await passes('PT10S')
  expect(await chatSeenBy(cora, chat)).toMatchObject({
    status: 'QUEUED',
    agent: null,
    assignedAt: null,
    queue: { position: 1 },
  })
  expect(await chatSeenBy(ada, other)).toMatchObject({ queue: { position: 2 } })
  expect((await talkOf(app, chat)).at(-1)).toBe(`4 ${LOST}`)
  expect((await eventsOf(app, chat)).slice(-2)).toEqual(['chat.returned', 'chat.message'])
  // An agent who seems to be away gets no chats automatically.
  expect(await app.prisma.agent.findUnique({ where: { id: gil.uuid } })).toMatchObject({
    availability: 'BUSY',
    activeChats: 0,
  })
  await gus.is('BUSY')
  expect(await gus.claims()).toEqual(chat)
})

test('a returned chat is assigned immediately to another agent with free capacity', async () => {
  const chat = await cora.seeksHelp()
  await gil.is('ONLINE')
  await gus.is('ONLINE')
  await passes('PT10M1S')
  expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED', agent: { displayName: 'Gus' } })
  expect(
    await app.prisma.chatParticipant.findMany({ where: { chatId: chat.uuid }, orderBy: { role: 'asc' } }),
  ).toMatchObject([
    { userId: cora.uuid, role: 'CUSTOMER' },
    { userId: gus.uuid, role: 'AGENT' },
  ])
})

test('an agent has 10 minutes from the assignment, however long the customer waited', async () => {
  const chat = await cora.seeksHelp()
  await passes('PT2H')
  expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'QUEUED' })
  await gil.is('BUSY')
  await gil.claims()
  await passes('PT9M55S')
  expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED' })
  await gus.is('BUSY')
  await gil.does('assignChat', { chatId: chat.id, agentId: gus.agentId })
  await passes('PT9M55S')
  expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED', agent: { displayName: 'Gus' } })
  await passes('PT10S')
  expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'QUEUED' })
})

test('a hand-over does not change that the customer has to answer', async () => {
  const chat = await answered()
  await passes('PT8M')
  await gus.is('BUSY')
  await gil.does('assignChat', { chatId: chat.id, agentId: gus.agentId })
  await passes('PT2M1S')
  expect((await talkOf(app, chat)).at(-1)).toBe(`3 ${WARNING}`)
})

test('a message of a repeated startSupportChat counts as an answer of the customer', async () => {
  const chat = await answered()
  await passes('PT14M')
  expect(await cora.seeksHelp({ message: 'Hello?' })).toEqual(chat)
  await passes('PT2M')
  expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED' })
})

test('the timeouts are those of the configuration', async () => {
  const quick = await startApp({ support: { warningMs: 1_000, customerMs: 2_000, agentMs: 3_000 } })
  const [customer, agent] = [await someone(quick, 'Cora'), await someone(quick, 'Gil', 'AGENT')]
  const chat = await customer.seeksHelp()
  await agent.is('BUSY')
  await agent.claims()
  await agent.writes(chat, 'Hello.')
  const { customerSilentSince } = await chatRowOf(quick, chat)
  const due = async () => {
    const moments: Record<string, number> = {}
    for (const timer of quick.timers.filter(({ name }) => name.startsWith('silent'))) {
      const at = await timer.nextDue(quick.database)
      if (at) moments[timer.name] = at.getTime() - (customerSilentSince?.getTime() ?? 0)
    }
    return moments
  }
  expect(await due()).toEqual({ silentCustomersToWarn: 1_000, silentCustomers: 2_000 })
  await customer.writes(chat, 'Hello.')
  const { agentSilentSince } = await chatRowOf(quick, chat)
  const timer = quick.timers.find(({ name }) => name === 'silentAgents')
  expect(await timer?.nextDue(quick.database)).toEqual(new Date((agentSilentSince?.getTime() ?? 0) + 3_000))
  await quick.stop()
})
