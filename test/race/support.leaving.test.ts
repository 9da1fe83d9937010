/** Races between the loss of an agent's rights and assignments to them, or actions of theirs. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  anotherSession,
  chatRowOf,
  closeService,
  endsSession,
  eventsOf,
  expectCountsToBeRight,
  type Someone,
  serviceTimersRun,
  someone,
  talkOf,
} from '../support/customerService.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import type { Named } from '../support/story.ts'

const ROUNDS = 12

let app: TestApp
let ada: Someone
let cora: Someone
let gil: Someone

beforeAll(async () => {
  app = await startApp()
  ada = await someone(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  await freshPeople()
})
afterEach(async () => {
  await expectCountsToBeRight(app)
  await closeService(app)
})

async function freshPeople(): Promise<void> {
  ;[cora, gil] = [await someone(app, 'Cora'), await someone(app, 'Gil', 'AGENT')]
}

const takeRole = () => ada.asks('setRoles', { userId: gil.id, roles: [], reason: 'They have left.' })
const suspend = () => ada.asks('suspendUser', { userId: gil.id, reason: 'Because.' })

/** In either order: the agent is OFFLINE, the chat is queued, and they are not a participant. */
async function expectGilToBeOut(chat: Named): Promise<void> {
  expect(await app.prisma.agent.findUnique({ where: { id: gil.uuid } })).toMatchObject({
    availability: 'OFFLINE',
    activeChats: 0,
  })
  expect(await chatRowOf(app, chat)).toMatchObject({ status: 'QUEUED', agentId: null })
  expect(await app.prisma.chatParticipant.count({ where: { userId: gil.uuid } })).toBe(0)
  const events = await eventsOf(app, chat)
  const countOf = (wanted: string) => events.filter((type) => type === wanted).length
  expect(countOf('chat.returned')).toBe(countOf('chat.assigned'))
}

test('loss of the role races a claim: the chat is in the queue afterwards', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await freshPeople()
    const chat = await cora.seeksHelp()
    await gil.is('BUSY')
    const [taken, ...claimed] = await Promise.all([
      takeRole(),
      gil.asks('claimNextChat', {}),
      gil.asks('claimNextChat', {}),
    ])
    expect(taken.__typename).toBe('UserPayload')
    for (const { __typename } of claimed) {
      expect([
        'SupportChatPayload',
        'QueueEmptyError',
        'ForbiddenError',
        'IllegalTransitionError',
        'UnauthenticatedError',
      ]).toContain(__typename)
    }
    await expectGilToBeOut(chat)
    await closeService(app)
  }
})

test('a suspension races automatic assignment: the chat is in the queue afterwards', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await freshPeople()
    await gil.is('ONLINE')
    const [suspended, chat] = await Promise.all([suspend(), cora.seeksHelp()])
    expect(suspended.__typename).toBe('UserPayload')
    await serviceTimersRun(app)
    await expectGilToBeOut(chat)
    await closeService(app)
  }
})

test('loss of the role races an answer: the answer precedes the loss or is refused', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await freshPeople()
    const chat = await cora.seeksHelp()
    await gil.is('BUSY')
    await gil.claims()
    const [taken, sent, asked] = await Promise.all([
      takeRole(),
      gil.asks('sendMessage', { chatId: chat.id, body: 'Here I am.' }),
      cora.asks('sendMessage', { chatId: chat.id, body: 'Hello?' }),
    ])
    expect([taken.__typename, asked.__typename]).toEqual(['UserPayload', 'MessagePayload'])
    const talk = await talkOf(app, chat)
    const answer = talk.findIndex((line) => line.endsWith('Here I am.'))
    const left = talk.findIndex((line) => line.includes('The agent has left.'))
    if (sent.__typename === 'MessagePayload') expect(answer).toBeLessThan(left)
    else {
      expect(['ForbiddenError', 'NotFoundError', 'UnauthenticatedError']).toContain(sent.__typename)
      expect(answer).toBe(-1)
    }
    await expectGilToBeOut(chat)
    await closeService(app)
  }
})

test('loss of the role races the end of the chat: it has ended or is in the queue', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await freshPeople()
    const chat = await cora.seeksHelp()
    await gil.is('BUSY')
    await gil.claims()
    const [taken, byAgent, byCustomer] = await Promise.all([
      takeRole(),
      gil.asks('endChat', { chatId: chat.id }),
      cora.asks('endChat', { chatId: chat.id }),
    ])
    expect(taken.__typename).toBe('UserPayload')
    const ended = [byAgent, byCustomer].filter(({ __typename }) => __typename === 'SupportChatPayload')
    expect(ended).toHaveLength(1)
    expect(await chatRowOf(app, chat)).toMatchObject({ status: 'ENDED' })
    expect(await app.prisma.agent.findUnique({ where: { id: gil.uuid } })).toMatchObject({
      availability: 'OFFLINE',
      activeChats: 0,
    })
  }
})

test('loss of the role races a hand-over to the agent, and one from them', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await freshPeople()
    const [carl, gus] = [await someone(app, 'Carl'), await someone(app, 'Gus', 'AGENT')]
    const [chat, other] = [await cora.seeksHelp(), await carl.seeksHelp()]
    await gil.is('BUSY')
    await gus.is('BUSY')
    await gil.claims()
    await gus.claims()
    const [taken] = await Promise.all([
      takeRole(),
      gil.asks('assignChat', { chatId: chat.id, agentId: gus.agentId }),
      gus.asks('assignChat', { chatId: other.id, agentId: gil.agentId }),
    ])
    expect(taken.__typename).toBe('UserPayload')
    expect(await app.prisma.agent.findUnique({ where: { id: gil.uuid } })).toMatchObject({
      availability: 'OFFLINE',
      activeChats: 0,
    })
    expect(await app.prisma.chatParticipant.count({ where: { userId: gil.uuid } })).toBe(0)
    expect(await app.prisma.chat.count({ where: { agentId: gil.uuid } })).toBe(0)
    await expectCountsToBeRight(app)
    await closeService(app)
  }
})

test('loss of the role races setAgentAvailability: the agent is OFFLINE', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await freshPeople()
    const chat = await cora.seeksHelp()
    // In every other round the agent sets it for the first time.
    if (round % 2) await gil.is('OFFLINE')
    const [taken] = await Promise.all([takeRole(), gil.asks('setAgentAvailability', { availability: 'ONLINE' })])
    expect(taken.__typename).toBe('UserPayload')
    const agent = await app.prisma.agent.findUnique({ where: { id: gil.uuid } })
    expect(agent?.availability ?? 'OFFLINE').toBe('OFFLINE')
    expect(await chatRowOf(app, chat)).toMatchObject({ status: 'QUEUED', agentId: null })
    await closeService(app)
  }
})

test('an agent who ends both sessions concurrently is released, by one of the two or by the sweep', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await freshPeople()
    const chat = await cora.seeksHelp()
    await gil.is('ONLINE')
    const sessionId = await anotherSession(app, gil)
    const answers = await Promise.all([endsSession(gil), endsSession(gil, sessionId)])
    // The session of the second request may have ended already.
    if (!answers.every((answer) => answer === 'OkPayload')) {
      expect(answers).toContain('UnauthenticatedError')
      await app.database.run`
        /* testEnded */
        update sessions
        set revoked_at = clock_timestamp()
        where id = ${sessionId}`
    }
    await serviceTimersRun(app)
    await expectGilToBeOut(chat)
    await closeService(app)
  }
})
