import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withTransaction } from '../../../src/db/transaction.ts'
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

const NOT_FOUND = { __typename: 'NotFoundError', code: 'NOT_FOUND' }
const FORBIDDEN = { __typename: 'ForbiddenError', code: 'FORBIDDEN' }
const ENDED = { __typename: 'ChatEndedError', code: 'CHAT_ENDED', endedAt: expect.any(String) }

describe('startSupportChat', () => {
  test('opens a queued chat with the first message', async () => {
    const outcome = await cora.does('startSupportChat', { subject: 'My money', message: ' Where is it?\n' })
    expect(outcome).toMatchObject({
      replayed: false,
      chat: {
        subject: 'My money',
        status: 'QUEUED',
        priority: 0,
        customer: { displayName: 'Cora' },
        agent: null,
        queue: { position: 1, estimatedWait: null },
        assignedAt: null,
        endedAt: null,
        endReason: null,
        rating: null,
      },
    })
    const [chat] = await app.prisma.chat.findMany({ where: { customerId: cora.uuid }, include: { participants: true } })
    expect(chat?.participants).toMatchObject([{ userId: cora.uuid, role: 'CUSTOMER' }])
    const named = { id: (outcome.chat as { id: string }).id, uuid: chat?.id ?? '' }
    expect(await talkOf(app, named)).toEqual(['1 Cora: Where is it?'])
    expect(await eventsOf(app, named)).toEqual(['chat.queued', 'chat.message'])
  })

  test('returns the open chat with the message appended, whether it is QUEUED or ASSIGNED', async () => {
    const first = await cora.seeksHelp({ subject: 'One', message: 'One.' })
    const second = await cora.seeksHelp({ subject: 'Two', message: 'Two.' })
    await gil.is('BUSY')
    await gil.claims()
    const third = await cora.seeksHelp({ message: 'Three.' })
    expect([second, third]).toEqual([first, first])
    expect(await talkOf(app, first)).toEqual(['1 Cora: One.', '2 Cora: Two.', '3 Cora: Three.'])
    expect(await chatSeenBy(cora, first)).toMatchObject({ subject: 'One', status: 'ASSIGNED' })
    expect((await eventsOf(app, first)).filter((type) => type === 'chat.queued')).toHaveLength(1)
    await cora.ends(first)
    expect(await cora.seeksHelp()).not.toEqual(first)
  })

  test('opens one chat and writes one message per idempotency key', async () => {
    const input = { idempotencyKey: 'once', message: 'Once.' }
    const first = await cora.does('startSupportChat', input)
    expect(await cora.does('startSupportChat', input)).toMatchObject({
      replayed: true,
      chat: { id: (first.chat as { id: string }).id },
    })
    expect(await app.prisma.message.count({ where: { authorId: cora.uuid } })).toBe(1)
  })

  test('sets a visible task or transfer as the topic', async () => {
    const poster = await actor(app, 'Anna')
    const tasker = await actor(app, 'Ben')
    const task = await poster.posts()
    await tasker.accepts(task)
    await poster.funds(task)
    await tasker.submits(task)
    const transfer = await poster.approves(task)
    const start = /* GraphQL */ `
      mutation ($input: StartSupportChatInput!) {
        startSupportChat(input: $input) { ... on SupportChatPayload { chat { id about { __typename id } } } }
      }
    `
    const aboutIts = (who: typeof poster, aboutId: string) =>
      ask<{ startSupportChat: { chat: { about: unknown } } }>(who, start, { input: { aboutId, message: 'Help.' } })
    expect((await aboutIts(tasker, transfer.id)).startSupportChat.chat.about).toEqual({
      __typename: 'Transfer',
      id: transfer.id,
    })
    expect((await aboutIts(poster, task.id)).startSupportChat.chat.about).toEqual({ __typename: 'Task', id: task.id })
    expect(await app.prisma.chat.findFirst({ where: { customerId: tasker.uuid, kind: 'SUPPORT' } })).toMatchObject({
      aboutTaskId: task.uuid,
      aboutTransferId: transfer.uuid,
    })
    for (const aboutId of [task.id, transfer.id, cora.id, 'tsk_1', 'dsp_00000000000000000000000000']) {
      const input = { aboutId, message: 'Help.' }
      await expectServiceRefusal(app, carl, 'startSupportChat', input, { ...NOT_FOUND, id: aboutId })
    }
  })

  test('is refused without a message, with too long a message, or with files of others', async () => {
    for (const [fields, path] of [
      [{ message: ' \n' }, 'message'],
      [{ message: 'x'.repeat(4_001) }, 'message'],
      [{ message: 'Hi.', subject: 'a\nb' }, 'subject'],
      [{ message: 'Hi.', attachmentIds: Array(11).fill('att_1') }, 'attachmentIds'],
    ] as const) {
      await expectServiceRefusal(app, cora, 'startSupportChat', fields, {
        __typename: 'ValidationError',
        fields: [{ path: ['input', path] }],
      })
    }
    const input = { message: 'Hi.', attachmentIds: ['att_00000000000000000000000000'] }
    await expectServiceRefusal(app, cora, 'startSupportChat', input, NOT_FOUND)
  })
})

describe('the queue', () => {
  test('serves returned chats first, then by priority, then first in, first out', async () => {
    const first = await cora.seeksHelp()
    const second = await carl.seeksHelp()
    const urgent = await (await someone(app, 'Uma')).seeksHelp()
    await app.database.run`/* testPriority */ update chats set priority = 5 where id = ${urgent.uuid}`
    const returned = await (await someone(app, 'Rita')).seeksHelp()
    await app.database.run`/* testFront */ update chats set at_front = true where id = ${returned.uuid}`
    const positions = async () =>
      Promise.all([first, second, urgent, returned].map(async (chat) => (await chatSeenBy(ada, chat))?.queue))
    expect(await positions()).toMatchObject([{ position: 3 }, { position: 4 }, { position: 2 }, { position: 1 }])
    await gil.is('BUSY')
    expect([await gil.claims(), await gil.claims(), await gil.claims(), await gil.claims()]).toEqual([
      returned,
      urgent,
      first,
      second,
    ])
    expect(await positions()).toEqual([null, null, null, null])
  })

  test('estimates the wait only from recent assignments, and only while an agent is at work', async () => {
    // Makes the assignments of earlier tests too old to count.
    await timePasses(app, '2 hours')
    await gil.is('BUSY')
    const wait = async () => {
      const seen = await chatSeenBy(ada, await (await someone(app, 'Wanda')).seeksHelp())
      return (seen?.queue as { estimatedWait: string | null } | undefined)?.estimatedWait
    }
    expect(await wait()).toBeNull()
    for (let served = 0; served < 4; served++) {
      await (await someone(app, 'Served')).seeksHelp()
      await timePasses(app, '60 seconds')
      await gil.claims()
    }
    // Two wait, at the pace of four that were served in the last three minutes.
    expect(await wait()).toMatch(/^PT9\dS$/)
    await gil.is('OFFLINE')
    expect(await wait()).toBeNull()
    await gil.is('BUSY')
    await timePasses(app, '2 hours')
    expect(await wait()).toBeNull()
  })
})

describe('claiming', () => {
  test('assigns the chat to the agent, and only they may answer in it', async () => {
    const chat = await cora.seeksHelp()
    await gil.is('BUSY')
    expect(await gil.does('claimNextChat', {})).toMatchObject({
      chat: {
        id: chat.id,
        status: 'ASSIGNED',
        agent: { displayName: 'Gil' },
        queue: null,
        assignedAt: expect.any(String),
      },
    })
    await gil.writes(chat, 'Hello, Cora.')
    await cora.writes(chat, 'Hello.')
    await expectServiceRefusal(app, ada, 'sendMessage', { chatId: chat.id, body: 'Hm.' }, FORBIDDEN)
    for (const other of [gus, carl]) {
      await expectServiceRefusal(app, other, 'sendMessage', { chatId: chat.id, body: 'Hm.' }, NOT_FOUND)
    }
    expect(await talkOf(app, chat)).toEqual(['1 Cora: I need help.', '2 Gil: Hello, Cora.', '3 Cora: Hello.'])
    expect(await eventsOf(app, chat)).toEqual([
      'chat.queued',
      'chat.message',
      'chat.assigned',
      'chat.message',
      'chat.message',
    ])
  })

  test('is refused for a non-agent, an agent who is OFFLINE or at capacity, and an empty queue', async () => {
    const chat = await cora.seeksHelp()
    await expectServiceRefusal(app, carl, 'claimNextChat', {}, FORBIDDEN)
    const offline = {
      __typename: 'IllegalTransitionError',
      from: 'OFFLINE',
      action: 'claimNextChat',
      allowed: ['setAgentAvailability'],
    }
    await expectServiceRefusal(app, gil, 'claimNextChat', {}, offline)
    await gil.is('OFFLINE')
    await expectServiceRefusal(app, gil, 'claimNextChat', {}, offline)
    await gil.is('BUSY', 1)
    expect(await gil.claims()).toEqual(chat)
    await carl.seeksHelp()
    const full = { __typename: 'AgentAtCapacityError', code: 'AGENT_AT_CAPACITY', capacity: 1, retryable: true }
    await expectServiceRefusal(app, gil, 'claimNextChat', {}, full)
    await gus.is('BUSY')
    await gus.claims()
    const empty = { __typename: 'QueueEmptyError', code: 'QUEUE_EMPTY', retryable: true }
    await expectServiceRefusal(app, gus, 'claimNextChat', {}, empty)
  })

  test('is refused after the loss of the role, even if the cached session still has it', async () => {
    await cora.seeksHelp()
    await gil.is('BUSY')
    await app.database.run`/* testRole */ update users set roles = '{USER}' where id = ${gil.uuid}`
    await expectServiceRefusal(app, gil, 'claimNextChat', {}, FORBIDDEN)
  })

  test('never assigns a chat to an agent with a conflict of interest', async () => {
    const greta = await actor(app, 'Greta', 'AGENT')
    const task = await greta.posts()
    const aboutHers = await cora.seeksHelp({ aboutId: task.id })
    const byGil = await gil.seeksHelp()
    await ask(greta, 'mutation { setAgentAvailability(input: { availability: ONLINE }) { __typename } }')
    expect(await chatRowOf(app, byGil)).toMatchObject({ agentId: greta.uuid })
    expect(await ask(greta, 'mutation { claimNextChat(input: {}) { __typename } }')).toEqual({
      claimNextChat: { __typename: 'QueueEmptyError' },
    })
    await gil.is('ONLINE')
    expect(await chatRowOf(app, aboutHers)).toMatchObject({ agentId: gil.uuid })
  })
})

describe('automatic assignment', () => {
  test('chooses the ONLINE agent with the fewest chats, never a BUSY or OFFLINE one', async () => {
    await gus.is('BUSY')
    await ada.is('OFFLINE')
    expect(await chatSeenBy(cora, await cora.seeksHelp())).toMatchObject({ status: 'QUEUED' })
    await gil.is('ONLINE', 2)
    await gus.is('ONLINE', 2)
    expect(await chatSeenBy(carl, await carl.seeksHelp())).toMatchObject({
      status: 'ASSIGNED',
      agent: { displayName: 'Gus' },
    })
    expect(
      await app.prisma.agent.findMany({ where: { id: { in: [gil.uuid, gus.uuid] } }, select: { activeChats: true } }),
    ).toEqual([{ activeChats: 1 }, { activeChats: 1 }])
  })

  test('serves the queue in order when an agent comes ONLINE, raises their capacity, or ends a chat', async () => {
    const chats: Named[] = []
    for (let number = 0; number < 5; number++) chats.push(await (await someone(app, `Customer${number}`)).seeksHelp())
    const assigned = async () => {
      const rows = await app.prisma.chat.findMany({ where: { status: 'ASSIGNED' }, orderBy: { queuedAt: 'asc' } })
      return rows.map(({ id }) => chats.findIndex(({ uuid }) => uuid === id))
    }
    await gil.is('ONLINE', 2)
    expect(await assigned()).toEqual([0, 1])
    await gil.is('ONLINE', 3)
    expect(await assigned()).toEqual([0, 1, 2])
    await gil.ends(chats[1] as Named)
    expect(await assigned()).toEqual([0, 2, 3])
    await gil.is('BUSY')
    await gil.ends(chats[0] as Named)
    expect(await assigned()).toEqual([2, 3])
    await gus.is('ONLINE', 1)
    expect(await assigned()).toEqual([2, 3, 4])
  })

  test('is done by the sweep if neither transaction saw the other', async () => {
    const chat = await cora.seeksHelp()
    await gil.is('BUSY')
    // The state that two concurrent commits leave.
    await app.database.run`/* testOnline */ update agents set availability = 'ONLINE' where id = ${gil.uuid}`
    const timer = app.timers.find(({ name }) => name === 'waitingChats')
    expect(await timer?.nextDue(app.database)).toEqual((await chatRowOf(app, chat)).queuedAt)
    expect(await serviceTimersRun(app)).toBe(1)
    expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ASSIGNED', agent: { displayName: 'Gil' } })
    expect(await timer?.nextDue(app.database)).toBeNull()
  })

  test('leaves an agent their chats when they stop or lower their capacity', async () => {
    await gil.is('ONLINE', 2)
    const chat = await cora.seeksHelp()
    await carl.seeksHelp()
    await gil.is('ONLINE', 1)
    await gil.is('OFFLINE')
    expect(await gil.does('setAgentAvailability', { availability: 'OFFLINE' })).toMatchObject({
      agent: { id: gil.agentId, availability: 'OFFLINE', capacity: 1, activeChats: 2 },
    })
    await gil.writes(chat)
  })

  test('is refused for a non-agent and for a capacity outside 1 to 50', async () => {
    await expectServiceRefusal(app, cora, 'setAgentAvailability', { availability: 'ONLINE' }, FORBIDDEN)
    for (const capacity of [0, -1, 51]) {
      await expectServiceRefusal(
        app,
        gil,
        'setAgentAvailability',
        { availability: 'ONLINE', capacity },
        {
          __typename: 'ValidationError',
          fields: [{ path: ['input', 'capacity'] }],
        },
      )
    }
    expect(await gil.does('setAgentAvailability', { availability: 'BUSY' })).toMatchObject({ agent: { capacity: 5 } })
    expect(await gil.does('setAgentAvailability', { availability: 'BUSY', capacity: 50 })).toMatchObject({
      agent: { capacity: 50 },
    })
  })
})

describe('a hand-over', () => {
  test('assigns the chat, with a note, to another agent, and the first agent no longer sees it', async () => {
    const chat = await cora.seeksHelp()
    await gil.is('BUSY')
    await gil.claims()
    await gil.writes(chat, 'One moment.')
    await gus.is('BUSY')
    const input = { chatId: chat.id, agentId: gus.agentId, note: 'She is kind.' }
    expect(await gil.does('assignChat', input)).toMatchObject({
      chat: { status: 'ASSIGNED', agent: { displayName: 'Gus' } },
    })
    expect(await chatSeenBy(gil, chat)).toBeNull()
    await expectServiceRefusal(app, gil, 'sendMessage', { chatId: chat.id, body: 'Hm.' }, NOT_FOUND)
    await gus.writes(chat, 'I am Gus.')
    const NOTES = `query ($id: ID!) { chat(id: $id) { ... on SupportChat { notes { nodes { body author { displayName } } } } } }`
    expect(await ask(gus, NOTES, { id: chat.id })).toEqual({
      chat: { notes: { nodes: [{ body: 'She is kind.', author: { displayName: 'Gil' } }] } },
    })
    expect(await ask(cora, NOTES, { id: chat.id })).toEqual({ chat: { notes: null } })
  })

  test('by an administrator assigns a queued chat', async () => {
    const chat = await cora.seeksHelp()
    await gil.is('BUSY')
    expect(await ada.does('assignChat', { chatId: chat.id, agentId: gil.agentId })).toMatchObject({
      chat: { status: 'ASSIGNED', agent: { displayName: 'Gil' } },
    })
    expect(await ada.does('assignChat', { chatId: chat.id, agentId: (await busy(ada)).agentId })).toMatchObject({
      chat: { agent: { displayName: 'Ada' } },
    })
  })

  test('frees the agent for the next waiting chat', async () => {
    const first = await cora.seeksHelp()
    const second = await carl.seeksHelp()
    await gus.is('BUSY')
    await gil.is('ONLINE', 1)
    await gil.does('assignChat', { chatId: first.id, agentId: gus.agentId })
    expect(await chatRowOf(app, second)).toMatchObject({ agentId: gil.uuid })
  })

  test('is refused in all other cases, and nothing changes', async () => {
    const chat = await cora.seeksHelp()
    await busy(gil)
    await busy(gus)
    const toGus = { chatId: chat.id, agentId: gus.agentId }
    await expectServiceRefusal(app, carl, 'assignChat', toGus, FORBIDDEN)
    await expectServiceRefusal(app, gil, 'assignChat', toGus, FORBIDDEN)
    await gil.claims()
    await expectServiceRefusal(app, gus, 'assignChat', toGus, NOT_FOUND)
    await expectServiceRefusal(
      app,
      gil,
      'assignChat',
      { chatId: chat.id, agentId: gil.agentId },
      { __typename: 'IllegalTransitionError' },
    )
    for (const agentId of ['agt_1', gus.id, (await someone(app, 'Nobody', 'AGENT')).agentId, cora.agentId]) {
      await expectServiceRefusal(app, gil, 'assignChat', { chatId: chat.id, agentId }, { ...NOT_FOUND, id: agentId })
    }
    await expectServiceRefusal(app, gil, 'assignChat', { ...toGus, chatId: chat.id.replace('sch_', 'tch_') }, NOT_FOUND)
    await gus.is('OFFLINE')
    await expectServiceRefusal(app, gil, 'assignChat', toGus, { __typename: 'IllegalTransitionError', from: 'OFFLINE' })
    await gus.is('BUSY', 1)
    await carl.seeksHelp()
    await gus.claims()
    await expectServiceRefusal(app, gil, 'assignChat', toGus, { __typename: 'AgentAtCapacityError', capacity: 1 })
    await gus.is('BUSY', 2)
    await gil.ends(chat)
    await expectServiceRefusal(app, gil, 'assignChat', toGus, ENDED)
    const own = await gus.seeksHelp()
    await gil.claims()
    await expectServiceRefusal(app, gil, 'assignChat', { chatId: own.id, agentId: gus.agentId }, FORBIDDEN)
  })
})

async function busy(agent: Someone): Promise<Someone> {
  await agent.is('BUSY')
  return agent
}

describe('the end of a chat', () => {
  test.each([
    ['the agent', () => gil, 'RESOLVED'],
    ['the customer', () => cora, 'CUSTOMER_ENDED'],
    ['an administrator', () => ada, 'AGENT_ENDED'],
  ] as const)('by %s has its reason, and the messages stay readable', async (_who, ender, endReason) => {
    const chat = await cora.seeksHelp()
    await busy(gil)
    await gil.claims()
    await gil.writes(chat, 'Done.')
    expect(await ender().does('endChat', { chatId: chat.id })).toMatchObject({
      chat: { status: 'ENDED', endReason, endedAt: expect.any(String), agent: { displayName: 'Gil' }, queue: null },
    })
    const READ = 'query ($id: ID!) { chat(id: $id) { endedAt messages { nodes { body } } } }'
    for (const reader of [cora, gil, ada]) {
      expect(await ask(reader, READ, { id: chat.id })).toMatchObject({
        chat: { messages: { nodes: [{ body: 'I need help.' }, { body: 'Done.' }] } },
      })
    }
    for (const writer of [cora, gil]) {
      await expectServiceRefusal(app, writer, 'sendMessage', { chatId: chat.id, body: 'One more.' }, ENDED)
    }
    await expectServiceRefusal(app, ender(), 'endChat', { chatId: chat.id }, ENDED)
    expect((await eventsOf(app, chat)).at(-1)).toBe('chat.ended')
  })

  test('is possible while the customer waits', async () => {
    const chat = await cora.seeksHelp()
    await cora.ends(chat)
    expect(await chatSeenBy(cora, chat)).toMatchObject({ status: 'ENDED', agent: null, endReason: 'CUSTOMER_ENDED' })
  })

  test('is refused for agents to whom it is not assigned and for strangers', async () => {
    const chat = await cora.seeksHelp()
    await expectServiceRefusal(app, gil, 'endChat', { chatId: chat.id }, FORBIDDEN)
    await expectServiceRefusal(app, carl, 'endChat', { chatId: chat.id }, NOT_FOUND)
    await busy(gus)
    await gus.claims()
    await expectServiceRefusal(app, gil, 'endChat', { chatId: chat.id }, NOT_FOUND)
  })
})

describe('rating', () => {
  test('is possible once, by the customer within 7 days, and counts for the agent', async () => {
    await busy(gil)
    for (const score of [5, 2]) {
      const chat = await cora.seeksHelp()
      await gil.claims()
      await gil.ends(chat)
      expect(await cora.does('rateChat', { chatId: chat.id, score, comment: 'So.' })).toMatchObject({
        chat: { rating: { score, comment: 'So.' } },
      })
      await expectServiceRefusal(
        app,
        cora,
        'rateChat',
        { chatId: chat.id, score: 1 },
        {
          __typename: 'IllegalTransitionError',
          from: 'RATED',
          action: 'rateChat',
        },
      )
      expect((await eventsOf(app, chat)).at(-1)).toBe('chat.rated')
    }
    const { agents } = await ask<{ agents: { user: { id: string }; rating: unknown }[] }>(
      gil,
      '{ agents { user { id } rating { average count } } }',
    )
    expect(agents.find(({ user }) => user.id === gil.id)?.rating).toEqual({ average: '3.50', count: 2 })
  })

  test('is refused for others, for invalid scores, before the end and after 7 days', async () => {
    const chat = await cora.seeksHelp()
    const input = { chatId: chat.id, score: 5 }
    await expectServiceRefusal(app, cora, 'rateChat', input, {
      __typename: 'IllegalTransitionError',
      from: 'QUEUED',
      allowed: ['endChat'],
    })
    await busy(gil)
    await gil.claims()
    await gil.ends(chat)
    await expectServiceRefusal(app, gil, 'rateChat', input, FORBIDDEN)
    await expectServiceRefusal(app, carl, 'rateChat', input, NOT_FOUND)
    for (const score of [0, 6]) {
      await expectServiceRefusal(
        app,
        cora,
        'rateChat',
        { ...input, score },
        {
          __typename: 'ValidationError',
          fields: [{ path: ['input', 'score'] }],
        },
      )
    }
    await timePasses(app, '7 days')
    await expectServiceRefusal(app, cora, 'rateChat', input, { __typename: 'IllegalTransitionError', from: 'ENDED' })
    await timePasses(app, '-7 days')
    await cora.does('rateChat', input)
  })
})

describe('notes', () => {
  test('are written by staff who may see the chat, also after its end, and never visible to the customer', async () => {
    const chat = await cora.seeksHelp()
    await busy(gil)
    const queued = await gil.does('addNote', { chatId: chat.id, body: 'Angry.' })
    expect(queued).toMatchObject({ replayed: false, note: { body: 'Angry.', author: { displayName: 'Gil' } } })
    await gil.claims()
    await gil.ends(chat)
    await gil.does('addNote', { chatId: chat.id, body: 'Calm.' })
    await ada.does('addNote', { chatId: chat.id, body: 'Well done.' })
    const READ =
      'query ($id: ID!, $noteId: ID!) { chat(id: $id) { ... on SupportChat { notes(first: 2) { nodes { body } pageInfo { hasNextPage } } } } node(id: $noteId) { id } }'
    const variables = { id: chat.id, noteId: (queued.note as { id: string }).id }
    expect(await ask(gil, READ, variables)).toEqual({
      chat: { notes: { nodes: [{ body: 'Well done.' }, { body: 'Calm.' }], pageInfo: { hasNextPage: true } } },
      node: { id: variables.noteId },
    })
    expect(await ask(cora, READ, variables)).toEqual({ chat: { notes: null }, node: null })
    expect(await ask(gus, READ, variables)).toEqual({ chat: null, node: null })
  })

  test('are refused for customers, even if they are agents, for staff who may not see the chat, and if empty', async () => {
    const chat = await cora.seeksHelp()
    await expectServiceRefusal(app, cora, 'addNote', { chatId: chat.id, body: 'Hm.' }, FORBIDDEN)
    const own = await gus.seeksHelp()
    await expectServiceRefusal(app, gus, 'addNote', { chatId: own.id, body: 'Hm.' }, FORBIDDEN)
    await busy(gil)
    await gil.claims()
    await expectServiceRefusal(app, gus, 'addNote', { chatId: chat.id, body: 'Hm.' }, NOT_FOUND)
    await expectServiceRefusal(app, gil, 'addNote', { chatId: chat.id, body: ' ' }, { __typename: 'ValidationError' })
  })
})

test('a failing rule is rolled back', async () => {
  const chat = await cora.seeksHelp()
  const ended = withTransaction(
    app.database,
    (tx) => tx.run`/* testIllegalMove */ update chats set status = 'ASSIGNED' where id = ${chat.uuid}`,
  )
  await expect(ended).rejects.toMatchObject({ constraint: expect.any(String) })
  expect(await chatRowOf(app, chat)).toMatchObject({ status: 'QUEUED' })
})
