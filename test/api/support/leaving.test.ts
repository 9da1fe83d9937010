/** An agent and their chats after the loss of the role, the account or the last session. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signRefreshToken } from '../../../src/accounts/sessions/refreshToken.ts'
import { signInWithRefreshToken } from '../../../src/accounts/sessions/signInWithRefreshToken.ts'
import { fiveSecondsPass } from '../../support/accounts.ts'
import { ask } from '../../support/ask.ts'
import {
  anotherSession,
  chatRowOf,
  chatSeenBy,
  closeService,
  endsSession,
  eventsOf,
  expectCountsToBeRight,
  expectServiceRefusal,
  type Someone,
  serviceTimersRun,
  someone,
  talkOf,
} from '../../support/customerService.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import type { Named } from '../../support/story.ts'

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

const takeRole = (from: Someone, roles: string[] = []) =>
  ada.does('setRoles', { userId: from.id, roles, reason: 'They have left.' })
const agentRow = ({ uuid }: Someone) => app.prisma.agent.findUniqueOrThrow({ where: { id: uuid } })
const participantsOf = async ({ uuid }: Named) =>
  (await app.prisma.chatParticipant.findMany({ where: { chatId: uuid } })).map(({ userId, role }) => [role, userId])

/** A chat that Gil has claimed and answered. */
async function chatOfGil(customer = cora): Promise<Named> {
  const chat = await customer.seeksHelp()
  await gil.is('BUSY')
  await gil.claims()
  await gil.writes(chat, 'Hello.')
  return chat
}

const FRONT = 'SYSTEM: The agent has left. You are at the front of the queue again.'

async function expectReturned(chat: Named, sequence = 3): Promise<void> {
  expect(await chatSeenBy(ada, chat)).toMatchObject({
    status: 'QUEUED',
    agent: null,
    assignedAt: null,
    queue: { position: 1 },
  })
  expect(await agentRow(gil)).toMatchObject({ availability: 'OFFLINE', activeChats: 0 })
  expect(await participantsOf(chat)).toEqual([['CUSTOMER', cora.uuid]])
  expect((await talkOf(app, chat)).at(-1)).toBe(`${sequence} ${FRONT}`)
  expect((await eventsOf(app, chat)).slice(-2)).toEqual(['chat.returned', 'chat.message'])
}

describe('an agent who loses the role', () => {
  test('becomes OFFLINE, and their chats return to the front of the queue in the same transaction', async () => {
    const chat = await chatOfGil()
    await carl.seeksHelp()
    await takeRole(gil)
    await expectReturned(chat)
  })

  test('no longer sees those chats: no list, count, mark, message or later event', async () => {
    const chat = await chatOfGil()
    await cora.writes(chat)
    await takeRole(gil)
    await cora.writes(chat, 'My card is 4111.')
    fiveSecondsPass()
    expect(await ask(gil, '{ viewer { unread { chats messages } chats { nodes { id } } } }')).toEqual({
      viewer: { unread: { chats: 0, messages: 0 }, chats: { nodes: [] } },
    })
    expect(await chatSeenBy(gil, chat)).toBeNull()
    const notFound = { __typename: 'NotFoundError', id: chat.id }
    await expectServiceRefusal(app, gil, 'markRead', { chatId: chat.id, upToSequence: 5 }, notFound)
    await expectServiceRefusal(app, gil, 'sendMessage', { chatId: chat.id, body: 'Hm.' }, notFound)
    await expectServiceRefusal(app, gil, 'endChat', { chatId: chat.id }, notFound)
    const events = await app.prisma.event.findMany({
      where: { chatId: chat.uuid, recipientIds: { has: gil.uuid } },
      orderBy: { sequence: 'asc' },
    })
    expect(events.map(({ type }) => type)).toEqual(['chat.assigned', 'chat.message', 'chat.message'])
  })

  test('no longer sees their ended chats until they have the role again', async () => {
    const chat = await chatOfGil()
    await gil.ends(chat)
    const OWN = '{ viewer { unread { messages } chats { nodes { id unreadCount } } } }'
    await takeRole(gil)
    fiveSecondsPass()
    expect(await ask(gil, OWN)).toEqual({ viewer: { unread: { messages: 0 }, chats: { nodes: [] } } })
    const notFound = { __typename: 'NotFoundError', id: chat.id }
    await expectServiceRefusal(app, gil, 'markRead', { chatId: chat.id, upToSequence: 1 }, notFound)
    await expectServiceRefusal(app, gil, 'sendMessage', { chatId: chat.id, body: 'Hm.' }, notFound)
    await takeRole(gil, ['AGENT'])
    fiveSecondsPass()
    expect(await ask(gil, OWN)).toMatchObject({ viewer: { chats: { nodes: [{ id: chat.id, unreadCount: 1 }] } } })
  })

  test('gets no event when a customer rates one of their former chats', async () => {
    const chat = await chatOfGil()
    await gil.ends(chat)
    await takeRole(gil)
    await cora.does('rateChat', { chatId: chat.id, score: 1, comment: 'Never again.' })
    const [rated] = await app.prisma.event.findMany({ where: { chatId: chat.uuid, type: 'chat.rated' } })
    expect(rated?.recipientIds).toEqual([cora.uuid])
  })

  test('loses them to an agent with free capacity in the same transaction', async () => {
    const chat = await chatOfGil()
    await gus.is('ONLINE')
    await takeRole(gil)
    expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED', agent: { displayName: 'Gus' } })
    expect(await participantsOf(chat)).toEqual([
      ['CUSTOMER', cora.uuid],
      ['AGENT', gus.uuid],
    ])
  })

  test('loses several, and each customer is sent their position', async () => {
    const [first, second] = [await cora.seeksHelp(), await carl.seeksHelp()]
    await gil.is('ONLINE', 2)
    await (await someone(app, 'Wanda')).seeksHelp()
    await takeRole(gil)
    expect((await talkOf(app, first)).at(-1)).toBe(`2 ${FRONT}`)
    expect((await talkOf(app, second)).at(-1)).toBe('2 SYSTEM: The agent has left. You are number 2 in the queue.')
    expect(await chatSeenBy(cora, first)).toMatchObject({ queue: { position: 1 } })
    expect(await chatSeenBy(carl, second)).toMatchObject({ queue: { position: 2 } })
  })

  test('loses one in which the customer had to answer, who does not count as silent while the chat is queued', async () => {
    const chat = await chatOfGil()
    expect(await chatRowOf(app, chat)).toMatchObject({ customerSilentSince: expect.any(Date), agentSilentSince: null })
    await takeRole(gil)
    expect(await chatRowOf(app, chat)).toMatchObject({ customerSilentSince: null, agentSilentSince: null })
  })

  test('keeps their chats if they may still serve, as an agent or as an administrator', async () => {
    const chat = await chatOfGil()
    await takeRole(gil, ['AGENT', 'FINANCE'])
    await takeRole(gil, ['ADMIN'])
    expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED', agent: { displayName: 'Gil' } })
    expect(await agentRow(gil)).toMatchObject({ availability: 'BUSY', activeChats: 1 })
  })

  test('stays OFFLINE when they get the role back, until they set their availability', async () => {
    const chat = await chatOfGil()
    await takeRole(gil)
    await takeRole(gil, ['AGENT'])
    expect(await agentRow(gil)).toMatchObject({ availability: 'OFFLINE' })
    fiveSecondsPass()
    await expectServiceRefusal(app, gil, 'claimNextChat', {}, { __typename: 'IllegalTransitionError', from: 'OFFLINE' })
    await gil.is('BUSY')
    expect(await gil.claims()).toEqual(chat)
  })

  test('cannot set their availability, even if the cached session still has the role', async () => {
    await gil.is('OFFLINE')
    await app.database.run`/* testRole */ update users set roles = '{USER}' where id = ${gil.uuid}`
    const forbidden = { __typename: 'ForbiddenError', code: 'FORBIDDEN' }
    await expectServiceRefusal(app, gil, 'setAgentAvailability', { availability: 'ONLINE' }, forbidden)
    // Also an agent who never worked.
    await app.database.run`/* testRole */ update users set roles = '{USER}' where id = ${gus.uuid}`
    await expectServiceRefusal(app, gus, 'setAgentAvailability', { availability: 'ONLINE' }, forbidden)
  })
})

describe('an agent who is suspended', () => {
  test('loses their chats in the same transaction, and gets no waiting chats', async () => {
    const chat = await chatOfGil()
    await gil.is('ONLINE')
    await ada.does('suspendUser', { userId: gil.id, reason: 'Because.' })
    await expectReturned(chat)
    expect(await chatSeenBy(carl, await carl.seeksHelp())).toMatchObject({ status: 'QUEUED' })
  })
})

describe('an agent whose last session ends', () => {
  test('by signing out loses their chats in the same transaction, unless they have another session', async () => {
    const chat = await chatOfGil()
    const other = await anotherSession(app, gil)
    expect(await endsSession(gil, other)).toBe('OkPayload')
    expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED' })
    expect(await agentRow(gil)).toMatchObject({ availability: 'BUSY' })
    expect(await endsSession(gil)).toBe('OkPayload')
    await expectReturned(chat)
  })

  test('because of a reused refresh token loses them, too', async () => {
    const chat = await chatOfGil()
    const { authSecret: secret, database } = app
    const token = await signRefreshToken(secret, { sessionId: gil.sessionId, generation: 0 }, new Date())
    await app.database.run`/* testOldToken */ update sessions set generation = 5 where id = ${gil.sessionId}`
    await expect(
      signInWithRefreshToken(database, { secret, token, requestId: 'test', staffNeedsSecondFactor: false }),
    ).rejects.toThrow('has ended')
    await expectReturned(chat)
  })

  test('by a month of inactivity is found by the sweep, as is any other loss that no rule handled', async () => {
    const chat = await chatOfGil()
    const timer = app.timers.find(({ name }) => name === 'lostAgents')
    expect(await timer?.nextDue(app.database)).toBeNull()
    await app.database.run`
      /* testForgotten */
      update sessions
      set last_used_at = clock_timestamp() - interval '31 days'
      where id = ${gil.sessionId}`
    expect(await timer?.nextDue(app.database)).toBeInstanceOf(Date)
    expect(await serviceTimersRun(app)).toBe(1)
    await expectReturned(chat)
    expect(await timer?.nextDue(app.database)).toBeNull()
  })

  test('gets no more chats, whatever their availability is', async () => {
    await gil.is('ONLINE')
    await app.database.run`
      /* testEnded */
      update sessions
      set revoked_at = clock_timestamp()
      where id = ${gil.sessionId}`
    const chat = await cora.seeksHelp()
    expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'QUEUED' })
    const offline = { __typename: 'IllegalTransitionError', from: 'OFFLINE', action: 'assignChat' }
    await expectServiceRefusal(app, ada, 'assignChat', { chatId: chat.id, agentId: gil.agentId }, offline)
    const unauthenticated = { __typename: 'UnauthenticatedError' }
    await expectServiceRefusal(app, gil, 'setAgentAvailability', { availability: 'ONLINE' }, unauthenticated)
  })

  test('gets the events of the returned chats if they are still an agent', async () => {
    const chat = await chatOfGil()
    await endsSession(gil)
    const [returned] = await app.prisma.event.findMany({ where: { chatId: chat.uuid, type: 'chat.returned' } })
    expect(returned?.recipientIds.sort()).toEqual([cora.uuid, gil.uuid].sort())
  })
})
