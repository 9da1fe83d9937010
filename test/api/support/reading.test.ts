/** Visibility in customer service: the queue, the chats, their topics, and the streams. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask, refusal } from '../../support/ask.ts'
import { closeService, type Someone, someone } from '../../support/customerService.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { secondServer } from '../../support/servers/secondServer.ts'
import { type StreamAnswer, Subscription } from '../../support/servers/streams.ts'
import { type Actor, actor, type Named } from '../../support/story.ts'

let app: TestApp
let url: string
let cora: Someone
let carl: Someone
let gil: Someone
let gus: Someone
let ada: Someone

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
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
afterEach(() => closeService(app))

const CHAT = /* GraphQL */ `
  query ($id: ID!) {
    chat(id: $id) { __typename id messages { nodes { body } } lastMessage { body } }
    node(id: $id) { id }
  }
`

/** The readers among these who may read a chat. */
async function readersOf(chat: Named, readers: Record<string, Someone | Actor>): Promise<string[]> {
  const names: string[] = []
  for (const [name, reader] of Object.entries(readers)) {
    const answer = await ask<{ chat: object | null; node: object | null }>(reader, CHAT, { id: chat.id })
    expect(answer.chat === null).toBe(answer.node === null)
    if (answer.chat) names.push(name)
  }
  return names
}

describe('a support chat', () => {
  test('is visible to its customer, to agents while it is queued, to its agent also after its end, and to administrators', async () => {
    const readers = { cora, carl, gil, gus, ada }
    const chat = await cora.seeksHelp()
    expect(await readersOf(chat, readers)).toEqual(['cora', 'gil', 'gus', 'ada'])
    await gil.is('BUSY')
    await gil.claims()
    expect(await readersOf(chat, readers)).toEqual(['cora', 'gil', 'ada'])
    await cora.ends(chat)
    expect(await readersOf(chat, readers)).toEqual(['cora', 'gil', 'ada'])
    await app.database.run`/* testRole */ update users set roles = '{USER}' where id = ${gil.uuid}`
    // A session is cached for some seconds.
    await expect.poll(() => readersOf(chat, readers), { timeout: 20_000 }).toEqual(['cora', 'ada'])
    expect(await ask(carl, CHAT, { id: chat.id.replace('sch_', 'tch_') })).toEqual({ chat: null, node: null })
    expect(await ask(cora, CHAT, { id: chat.id.replace('sch_', 'tch_') })).toEqual({ chat: null, node: null })
  })

  test('is among the chats of its customer and of its agent', async () => {
    const chat = await cora.seeksHelp()
    await gil.is('BUSY')
    await gil.claims()
    const OWN = '{ viewer { unread { chats messages } chats { nodes { __typename id unreadCount } } } }'
    expect(await ask(cora, OWN)).toEqual({
      viewer: {
        unread: { chats: 0, messages: 0 },
        chats: { nodes: [{ __typename: 'SupportChat', id: chat.id, unreadCount: 0 }] },
      },
    })
    expect(await ask(gil, OWN)).toEqual({
      viewer: {
        unread: { chats: 1, messages: 1 },
        chats: { nodes: [{ __typename: 'SupportChat', id: chat.id, unreadCount: 1 }] },
      },
    })
  })

  test('gives access to its topics to its agent only, and only while it is assigned', async () => {
    const [anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
    const task = await anna.posts()
    const taskChat = await ben.accepts(task)
    await anna.funds(task)
    await ben.submits(task)
    const transfer = await anna.approves(task)
    const { startSupportChat } = await ask<{ startSupportChat: { chat: { id: string } } }>(
      ben,
      `mutation ($input: StartSupportChatInput!) {
        startSupportChat(input: $input) { ... on SupportChatPayload { chat { id } } }
      }`,
      { input: { aboutId: transfer.id, message: 'Where is my money?' } },
    )
    const ABOUT = /* GraphQL */ `
      query ($chatId: ID!, $taskId: ID!, $transferId: ID!, $taskChatId: ID!) {
        chat(id: $chatId) { ... on SupportChat { about { id } } }
        task(id: $taskId) {
          assignee { id }
          agreedPrice { amount }
          hold { id }
          moneyTrail { fees { amount } }
          history { nodes { type } }
        }
        transfer(id: $transferId) { id status }
        taskChat: chat(id: $taskChatId) { id }
      }
    `
    const about = (reader: Someone) =>
      ask<Record<string, unknown>>(reader, ABOUT, {
        chatId: startSupportChat.chat.id,
        taskId: task.id,
        transferId: transfer.id,
        taskChatId: taskChat.id,
      })
    const nothing = { task: null, transfer: null, taskChat: null }
    expect(await about(gil)).toEqual({ chat: { about: null }, ...nothing })
    await gil.is('BUSY')
    await gil.claims()
    expect(await about(gil)).toMatchObject({
      chat: { about: { id: transfer.id } },
      task: {
        assignee: { id: ben.id },
        agreedPrice: { amount: '20.00' },
        hold: { id: expect.any(String) },
        moneyTrail: { fees: { amount: '2.00' } },
        history: { nodes: expect.arrayContaining([{ type: 'task.accepted' }]) },
      },
      transfer: { id: transfer.id },
      taskChat: { id: taskChat.id },
    })
    expect(await about(gus)).toEqual({ chat: null, ...nothing })
    const written = await gil.asks('sendMessage', { chatId: taskChat.id, body: 'Hello.' })
    expect(written).toMatchObject({ __typename: 'ForbiddenError' })
    await gil.ends({ id: startSupportChat.chat.id, uuid: '' })
    expect(await about(gil)).toEqual({ chat: { about: null }, ...nothing })
  })

  test('shows no message to an agent who received its events and no longer has it', async () => {
    const chat = await cora.seeksHelp({ message: 'Secret.' })
    await gil.is('BUSY')
    await gil.claims()
    await gus.is('BUSY')
    await gil.does('assignChat', { chatId: chat.id, agentId: gus.agentId })
    await cora.writes(chat, 'Another secret.')
    const EVENTS = `{
      events { nodes { type ... on ChatEvent { chat { id lastMessage { body } messages { nodes { body } } } } } }
    }`
    const { events } = await ask<{ events: { nodes: { chat: unknown }[] } }>(gil, EVENTS)
    expect(events.nodes.length).toBeGreaterThan(0)
    for (const event of events.nodes) {
      expect(event.chat).toEqual({ id: chat.id, lastMessage: null, messages: { nodes: [] } })
    }
  })
})

describe('the lists', () => {
  const QUEUE = /* GraphQL */ `
    query ($first: Int, $after: String, $last: Int, $before: String) {
      supportQueue(first: $first, after: $after, last: $last, before: $before) {
        totalCount
        nodes { id queue { position } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  `
  interface Page {
    supportQueue: {
      totalCount: number
      nodes: { id: string; queue: { position: number } }[]
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
    }
  }

  test('show the queue in order, in pages in both directions, without the agent’s own chats', async () => {
    const ids: string[] = []
    for (let number = 0; number < 6; number++)
      ids.push((await (await someone(app, `Customer${number}`)).seeksHelp()).id)
    const own = await gil.seeksHelp()
    await app.database.run`
      /* testOrder */
      update chats
      set at_front = customer_id in (select id from users where display_name in ('Customer4', 'Customer5')),
        priority = case when customer_id = (select max(id::text)::uuid from users where display_name = 'Customer3') then 1 else 0 end
      where status = 'QUEUED'`
    const order = [4, 5, 3, 0, 1, 2].map((index) => ids[index])
    const page = async (variables: object) => (await ask<Page>(gil, QUEUE, { ...variables })).supportQueue
    const whole = await page({})
    expect(whole.nodes.map(({ id }) => id)).toEqual(order)
    expect(whole.totalCount).toBe(6)
    expect(whole.nodes.map(({ queue }) => queue.position)).toEqual([1, 2, 3, 4, 5, 6])
    let after: string | undefined
    const forwards: string[] = []
    for (const hasNextPage of [true, true, false]) {
      const { nodes, pageInfo, totalCount } = await page({ first: 2, after })
      forwards.push(...nodes.map(({ id }) => id))
      expect([pageInfo.hasNextPage, totalCount]).toEqual([hasNextPage, 6])
      after = pageInfo.endCursor
    }
    expect(forwards).toEqual(order)
    let before: string | undefined
    const backwards: string[] = []
    for (const hasPreviousPage of [true, true, false]) {
      const { nodes, pageInfo } = await page({ last: 2, before })
      backwards.unshift(...nodes.map(({ id }) => id))
      expect(pageInfo.hasPreviousPage).toBe(hasPreviousPage)
      before = pageInfo.startCursor
    }
    expect(backwards).toEqual(order)
    // A page starts where the last one ended, even if its last chat has left the queue.
    const first = await page({ first: 1 })
    await gus.is('BUSY')
    await gus.claims()
    expect((await page({ first: 2, after: first.pageInfo.endCursor })).nodes.map(({ id }) => id)).toEqual(
      order.slice(1, 3),
    )
    expect(own.id).not.toBe('')
    for (const nonsense of ['', 'abc', Buffer.from('1:0:5:x').toString('base64url')]) {
      expect(await refusal(gil, QUEUE, { after: nonsense })).toBe('BAD_USER_INPUT')
    }
    expect(await ask(cora, QUEUE)).toEqual({ supportQueue: null })
  })

  test('take a number of statements that does not depend on the length of the queue', async () => {
    const READ = `query ($first: Int) {
      supportQueue(first: $first) { totalCount nodes { id status subject customer { displayName } queue { position estimatedWait } lastMessage { body } unreadCount } }
    }`
    for (let number = 0; number < 5; number++) await (await someone(app, 'Customer')).seeksHelp()
    await ask(gil, READ, { first: 1 })
    const countOf = async (first: number) => {
      const before = app.logLines.length
      await ask(gil, READ, { first })
      return app.logLines.slice(before).map(({ statements }) => statements)
    }
    expect(await countOf(5)).toEqual(await countOf(1))
  })

  test('show an agent their current and their former chats', async () => {
    const first = await cora.seeksHelp()
    const second = await carl.seeksHelp()
    await gil.is('BUSY')
    await gil.claims()
    await gil.claims()
    await gil.ends(first)
    const MINE = `query ($status: [SupportChatStatus!]) { myAssignedChats(status: $status) { totalCount nodes { id status } } }`
    const mine = (reader: Someone, status?: string[]) => ask(reader, MINE, status ? { status } : {})
    const one = (id: string, status: string) => ({ myAssignedChats: { totalCount: 1, nodes: [{ id, status }] } })
    expect(await mine(gil)).toEqual(one(second.id, 'ASSIGNED'))
    expect(await mine(gil, ['ENDED'])).toEqual(one(first.id, 'ENDED'))
    expect(await mine(gil, ['ENDED', 'ASSIGNED'])).toMatchObject({ myAssignedChats: { totalCount: 2 } })
    expect(await mine(gus)).toEqual({ myAssignedChats: { totalCount: 0, nodes: [] } })
    expect(await mine(cora)).toEqual({ myAssignedChats: null })
  })

  test('show current agents, and no former ones', async () => {
    await gil.is('ONLINE', 7)
    await gus.is('BUSY')
    const AGENTS = `query ($availability: AgentAvailability) { agents(availability: $availability) { id availability capacity activeChats user { displayName } rating { average count } } }`
    const agents = async (reader: Someone, availability?: string) =>
      (await ask<{ agents: { id: string }[] | null }>(reader, AGENTS, { availability })).agents?.filter(({ id }) =>
        [gil.agentId, gus.agentId].includes(id),
      )
    expect(await agents(ada, 'ONLINE')).toEqual([
      {
        id: gil.agentId,
        availability: 'ONLINE',
        capacity: 7,
        activeChats: 0,
        user: { displayName: 'Gil' },
        rating: { average: null, count: 0 },
      },
    ])
    expect(await agents(gus)).toHaveLength(2)
    await app.database.run`/* testSuspension */ update users set suspended_at = errand_now() where id = ${gil.uuid}`
    expect(await agents(gus)).toHaveLength(1)
    expect(await agents(cora)).toBeUndefined()
  })
})

describe('the streams', () => {
  const QUEUE = /* GraphQL */ `
    subscription ($after: EventCursor) {
      supportQueue(after: $after) {
        __typename
        ... on ChatEvent { cursor type chat { id ... on SupportChat { status } lastMessage { body } } }
      }
    }
  `
  const POSITION = 'subscription ($chatId: ID!) { queuePosition(chatId: $chatId) { position estimatedWait updatedAt } }'
  const itemOf = (answer: StreamAnswer | undefined) => {
    expect(answer?.errors).toBeUndefined()
    const [item] = Object.values(answer?.data ?? {})
    if (!item) throw new Error('The stream has ended.')
    return item
  }

  test('deliver changes of the queue to agents, with messages only of readable chats, and resume', async () => {
    const stream = await Subscription.open(url, gus.accessToken, QUEUE)
    const chat = await cora.seeksHelp({ message: 'Hello.' })
    const queued = itemOf(await stream.next())
    expect(queued).toMatchObject({
      type: 'chat.queued',
      chat: { id: chat.id, status: 'QUEUED', lastMessage: { body: 'Hello.' } },
    })
    await gil.is('BUSY')
    await gil.claims()
    const assigned = { type: 'chat.assigned', chat: { id: chat.id, status: 'ASSIGNED', lastMessage: null } }
    expect(itemOf(await stream.next())).toMatchObject(assigned)
    await gil.writes(chat)
    await gil.ends(chat)
    expect(itemOf(await stream.next())).toMatchObject({
      type: 'chat.ended',
      chat: { status: 'ENDED', lastMessage: null },
    })
    stream.close()
    const second = await secondServer(app)
    const resumed = await Subscription.open(second.url, gus.accessToken, QUEUE, { after: queued.cursor })
    expect(itemOf(await resumed.next())).toMatchObject({ type: 'chat.assigned' })
    expect(itemOf(await resumed.next())).toMatchObject({ type: 'chat.ended' })
    resumed.close()
    await second.stop()
  })

  test('of the queue are for agents and administrators only', async () => {
    for (const [token, code] of [
      [null, 'UNAUTHENTICATED'],
      [cora.accessToken, 'FORBIDDEN'],
    ] as const) {
      const stream = await Subscription.open(url, token, QUEUE)
      expect((await stream.next())?.errors?.[0]?.extensions?.code).toBe(code)
      stream.close()
    }
  })

  test('deliver a customer their position now and at each change, and end when they are served', async () => {
    const first = await carl.seeksHelp()
    const chat = await cora.seeksHelp()
    const stream = await Subscription.open(url, cora.accessToken, POSITION, { chatId: chat.id })
    expect(itemOf(await stream.next())).toMatchObject({
      position: 2,
      estimatedWait: null,
      updatedAt: expect.any(String),
    })
    await (await someone(app, 'Last')).seeksHelp()
    await carl.ends(first)
    expect(itemOf(await stream.next())).toMatchObject({ position: 1 })
    await gil.is('BUSY')
    await gil.claims()
    expect(await stream.next()).toBeUndefined()
    const over = await Subscription.open(url, cora.accessToken, POSITION, { chatId: chat.id })
    expect(await over.next()).toBeUndefined()
  })

  test('of a queue position are refused for a caller who may not see the chat', async () => {
    const chat = await cora.seeksHelp()
    for (const chatId of [chat.id, 'sch_1', chat.id.replace('sch_', 'tch_')]) {
      const stream = await Subscription.open(url, carl.accessToken, POSITION, { chatId })
      expect((await stream.next())?.errors?.[0]?.extensions?.code).toBe('NOT_FOUND')
      stream.close()
    }
  })
})
