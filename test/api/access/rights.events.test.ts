/** Events, replayed payloads and reasons show only what the viewer may see now. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { closeService, type Someone, someone } from '../../support/customerService.ts'
import { type GraphqlResult, send } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { Subscription } from '../../support/servers/streams.ts'
import { type Actor, actor, type Named } from '../../support/story.ts'
import { signInTo } from '../../support/worlds/readerWorld.ts'

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

const EVENT = /* GraphQL */ `
  ... on Event { type actor { ... on User { displayName } ... on System { name } } }
  ... on ChatEvent {
    message { body }
    chat {
      id
      unreadCount
      participants { user { displayName } }
      lastMessage { body }
      messages { nodes { body } }
      ... on SupportChat { subject status agent { displayName } about { id } rating { score } notes { nodes { body } } }
    }
  }
`
const HIDDEN_CHAT = {
  unreadCount: 0,
  participants: [],
  lastMessage: null,
  messages: { nodes: [] },
  subject: null,
  agent: null,
  about: null,
  rating: null,
}

interface ChatEvents {
  events: { nodes: { type: string; actor: Record<string, string>; message: object | null; chat: object }[] }
}

/** A support chat of Cora, assigned to Gil, with messages and a note of his. */
async function servedChat() {
  const [cora, gil, gus] = [
    await someone(app, 'Cora'),
    await someone(app, 'Gil', 'AGENT'),
    await someone(app, 'Gus', 'AGENT'),
  ]
  const chat = await cora.seeksHelp({ subject: 'My card.', message: 'It is 4111.' })
  await gil.is('BUSY')
  await gus.is('BUSY')
  await gil.claims()
  await gil.writes(chat, 'Whose card?')
  await gil.does('addNote', { chatId: chat.id, body: 'Careless.' })
  await cora.writes(chat, 'Mine: 4111.')
  return { cora, gil, gus, chat }
}

describe('an agent who handed over a chat', () => {
  test('gets its events, without messages', async () => {
    const { gil, gus, chat } = await servedChat()
    await gil.does('assignChat', { chatId: chat.id, agentId: gus.agentId })
    const { events } = await ask<ChatEvents>(gil, `{ events { nodes { ${EVENT} } } }`)
    expect(events.nodes.map(({ type }) => type)).toEqual([
      'chat.assigned',
      'chat.message',
      'chat.message',
      'chat.assigned',
    ])
    for (const event of events.nodes) {
      expect(event).toMatchObject({ message: null, chat: { id: chat.id, status: 'ASSIGNED', ...HIDDEN_CHAT } })
    }
    // The agent is shown as the actor of their own actions.
    const actors = events.nodes.map(({ actor: { displayName, name } }) => displayName ?? name)
    expect(actors).toEqual(['Gil', 'Gil', 'hidden', 'Gil'])
    const stream = await Subscription.open(url, gil.accessToken, `subscription { events(after: "ec_0") { ${EVENT} } }`)
    for (const { type } of events.nodes) {
      expect((await stream.next())?.data?.events).toMatchObject({ type, message: null, chat: HIDDEN_CHAT })
    }
    stream.close()
    const whole = await ask<ChatEvents>(gus, `{ events { nodes { ${EVENT} } } }`)
    expect(whole.events.nodes[0]?.chat).toMatchObject({ subject: 'My card.', lastMessage: { body: 'Mine: 4111.' } })
  })

  test('gets the same from a replay, whose fields show only what they may see now', async () => {
    const { gil, gus, chat } = await servedChat()
    const input = { chatId: chat.id, agentId: gus.agentId, idempotencyKey: randomUUID() }
    const assign = () =>
      ask<{ assignChat: object }>(
        gil,
        `mutation ($input: AssignChatInput!) { assignChat(input: $input) { ... on SupportChatPayload {
          replayed chat { subject agent { displayName } participants { user { displayName } } messages { nodes { body } } }
        } } }`,
        { input },
      )
    const messages = { nodes: [] }
    expect((await assign()).assignChat).toMatchObject({
      replayed: false,
      chat: { subject: 'My card.', agent: { displayName: 'Gus' }, messages },
    })
    const hidden = { subject: null, agent: null, participants: [], messages }
    expect((await assign()).assignChat).toEqual({ replayed: true, chat: hidden })
  })
})

test('a former agent loses access to the chats that they had', async () => {
  const { cora, gil, chat } = await servedChat()
  const second = await someone(app, 'Carl')
  const ended = await second.seeksHelp({ message: 'Also 4111.' })
  await gil.claims()
  await second.ends(ended)
  // Takes the role without setRoles, so that the chats stay assigned.
  await app.database.run`/* testDemotion */ update users set roles = '{USER}' where id = ${gil.uuid}`
  await cora.writes(chat, 'Still 4111.')
  const headers = await signInTo(app, gil.uuid)
  const former = {
    send: (query: string, variables = {}): Promise<GraphqlResult> => send(app, query, variables, headers),
  }
  const own = '{ viewer { unread { chats messages } chats { nodes { id } } } myAssignedChats { nodes { id } } }'
  expect(await ask(former, own)).toEqual({
    viewer: { unread: { chats: 0, messages: 0 }, chats: { nodes: [] } },
    myAssignedChats: null,
  })
  const { events } = await ask<ChatEvents>(former, `{ events(first: 100) { nodes { ${EVENT} } } }`)
  expect(events.nodes.length).toBeGreaterThan(4)
  for (const event of events.nodes) expect(event).toMatchObject({ message: null, chat: HIDDEN_CHAT })
  for (const { id: chatId } of [chat, ended]) {
    for (const [mutation, input] of [
      ['markRead', { chatId, upToSequence: 1 }],
      ['setTyping', { chatId, typing: true }],
      ['sendMessage', { chatId, body: 'Hello.' }],
    ] as const) {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
      const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename } }`
      expect(await ask(former, text, { input })).toEqual({ [mutation]: { __typename: 'NotFoundError' } })
    }
    expect(await ask(former, 'query ($id: ID!) { chat(id: $id) { id } node(id: $id) { id } }', { id: chatId })).toEqual(
      {
        chat: null,
        node: null,
      },
    )
  }
})

describe('a reason', () => {
  const HISTORY =
    'query ($id: ID!) { task(id: $id) { history(first: 100) { nodes { type ... on TaskEvent { reason } } } } }'
  const FEED = '{ events(first: 100) { nodes { type ... on TaskEvent { reason } } } }'
  type ReasonNodes = { type: string; reason?: string | null }[]

  const reasonsIn = (nodes: ReasonNodes) => nodes.flatMap(({ reason }) => reason ?? [])

  async function reasonsReadBy(reader: Actor | Someone, task: Named): Promise<string[]> {
    const { task: seen } = await ask<{ task: { history: { nodes: ReasonNodes } } | null }>(reader, HISTORY, {
      id: task.id,
    })
    const { events } = await ask<{ events: { nodes: ReasonNodes } }>(reader, FEED)
    return [...new Set([...reasonsIn(seen?.history.nodes ?? []), ...reasonsIn(events.nodes)])].sort()
  }

  test('is visible to the poster, the tasker whom it concerns, and staff, but not to rivals and later taskers', async () => {
    const [anna, ben, cleo, dora] = [
      await actor(app, 'Anna'),
      await actor(app, 'Ben'),
      await actor(app, 'Cleo'),
      await actor(app, 'Dora'),
    ]
    const [fay, gil] = [await actor(app, 'Fay', 'FINANCE'), await someone(app, 'Gil', 'AGENT')]
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    const [ofBen, ofCleo, ofDora] = [await ben.applies(task), await cleo.applies(task), await dora.applies(task)]
    await anna.does('rejectApplication', { applicationId: ofDora.id, reason: 'Dora is slow.' })
    await anna.does('acceptApplication', { applicationId: ofBen.id, reason: 'Cleo looks unreliable.' })
    await ben.does('withdrawFromTask', { taskId: task.id, reason: 'I go to hospital.' })
    await anna.does('acceptApplication', { applicationId: ofCleo.id, reason: 'Cleo is left.' })
    const all = ['Cleo is left.', 'Cleo looks unreliable.', 'Dora is slow.', 'I go to hospital.']
    expect(await reasonsReadBy(anna, task)).toEqual(all)
    expect(await reasonsReadBy(fay, task)).toEqual(all)
    expect(await reasonsReadBy(ben, task)).toEqual(['Cleo looks unreliable.', 'I go to hospital.'])
    expect(await reasonsReadBy(cleo, task)).toEqual(['Cleo is left.'])
    expect(await reasonsReadBy(dora, task)).toEqual(['Dora is slow.'])
    await gil.is('BUSY')
    for (const [customer, read] of [
      [cleo, ['Cleo is left.']],
      [anna, all],
    ] as const) {
      const { startSupportChat } = await ask<{ startSupportChat: { chat: { id: string } } }>(
        customer,
        `mutation ($i: StartSupportChatInput!) { startSupportChat(input: $i) { ... on SupportChatPayload { chat { id } } } }`,
        { i: { aboutId: task.id, message: 'Why?' } },
      )
      await gil.claims()
      expect(await reasonsReadBy(gil, task)).toEqual(read)
      await gil.ends({ id: startSupportChat.chat.id, uuid: '' })
    }
  })

  test('of a cancellation is hidden from applicants', async () => {
    const [anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    await ben.applies(task)
    await anna.does('cancelTask', { taskId: task.id, reason: 'My neighbour does it.' })
    expect(await reasonsReadBy(anna, task)).toEqual(['My neighbour does it.'])
    expect(await reasonsReadBy(ben, task)).toEqual([])
  })
})
