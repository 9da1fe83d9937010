import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { type Person, person, send } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { statementsForRead } from '../../support/servers/statements.ts'
import { chatRow, messageRow, taskRow } from '../../support/worlds/rows.ts'

const CHAT = /* GraphQL */ `
  query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    chat(id: $id) {
      __typename
      id
      createdAt
      endedAt
      unreadCount
      participants { role lastReadSequence lastReadAt user { id displayName } }
      lastMessage { sequence body }
      messages(first: $first, after: $after, last: $last, before: $before) {
        nodes { sequence kind body author { displayName } chat { id } }
        edges { cursor node { id sequence } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
      ... on TaskChat { task { id title } }
    }
  }
`

interface Messages {
  nodes: { sequence: number; body: string }[]
  edges: { cursor: string; node: { id: string; sequence: number } }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
}

let app: TestApp
let anna: Person
let ben: Person
let task: Awaited<ReturnType<typeof taskRow>>
let chat: Awaited<ReturnType<typeof chatRow>>

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  anna = await person(app, 'Anna')
  ben = await person(app, 'Ben')
  task = await taskRow(app, { poster: anna, assignee: ben })
  chat = await chatRow(app, { task, poster: anna, tasker: ben })
})

async function readChat(reader: Person, variables: Record<string, unknown> = {}) {
  const answer = await reader.send(CHAT, { id: chat.id, ...variables })
  expect(answer.errors).toBeUndefined()
  return answer.data?.chat as unknown as (Record<string, unknown> & { messages: Messages }) | null
}

const sequencesOf = (messages: Messages) => messages.nodes.map(({ sequence }) => sequence)

test('a chat has its task and participants, and no lastMessage before the first message', async () => {
  expect(await readChat(ben)).toMatchObject({
    __typename: 'TaskChat',
    id: chat.id,
    endedAt: null,
    unreadCount: 0,
    lastMessage: null,
    task: { id: task.id, title: 'Paint the fence' },
    participants: [
      { role: 'POSTER', lastReadSequence: 0, lastReadAt: null, user: { id: anna.id, displayName: 'Anna' } },
      { role: 'TASKER', lastReadSequence: 0, lastReadAt: null, user: { id: ben.id, displayName: 'Ben' } },
    ],
    messages: { nodes: [], edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null } },
  })
})

test('messages are paged from the start and from the end without gaps or duplicates', async () => {
  for (let number = 1; number <= 7; number++) await messageRow(app, { chat, author: ben, body: `message ${number}` })
  const first = (await readChat(anna, { first: 3 }))?.messages
  expect(first && sequencesOf(first)).toEqual([1, 2, 3])
  expect(first?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
  const second = (await readChat(anna, { first: 4, after: first?.pageInfo.endCursor }))?.messages
  expect(second && sequencesOf(second)).toEqual([4, 5, 6, 7])
  expect(second?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
  const newest = (await readChat(anna, { last: 2 }))?.messages
  expect(newest && sequencesOf(newest)).toEqual([6, 7])
  expect(newest?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
  const older = (await readChat(anna, { last: 5, before: newest?.pageInfo.startCursor }))?.messages
  expect(older && sequencesOf(older)).toEqual([1, 2, 3, 4, 5])
  expect(older?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
  expect(older?.edges.map(({ node }) => node.sequence)).toEqual([1, 2, 3, 4, 5])
})

test('the unread count includes messages of others and of the system, never own messages', async () => {
  await messageRow(app, { chat, author: ben, body: 'one' })
  await messageRow(app, { chat, author: anna, body: 'two' })
  await messageRow(app, { chat, body: 'three' })
  expect((await readChat(anna))?.unreadCount).toBe(2)
  expect((await readChat(ben))?.unreadCount).toBe(2)
  expect((await readChat(anna))?.lastMessage).toEqual({ sequence: 3, body: 'three' })
  await app.database.run`
    /* testRead */
    update chat_participants set last_read_sequence = 2 where chat_id = ${chat.uuid} and user_id = ${anna.uuid}`
  expect((await readChat(anna))?.unreadCount).toBe(1)
  expect((await readChat(ben))?.unreadCount).toBe(2)
})

test('the viewer has their chats, newest first, and the unread counts of all of them', async () => {
  const other = await taskRow(app, { poster: anna, assignee: ben })
  const newer = await chatRow(app, { task: other, poster: anna, tasker: ben })
  await messageRow(app, { chat, author: anna, body: 'one' })
  await messageRow(app, { chat, author: anna, body: 'two' })
  await messageRow(app, { chat: newer, author: anna, body: 'three' })
  const OWN = /* GraphQL */ `
    query ($first: Int, $after: String) {
      viewer {
        unread { chats messages }
        chats(first: $first, after: $after) {
          nodes { id unreadCount lastMessage { body } ... on TaskChat { task { id } } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  `
  const page = async (variables: Record<string, unknown>) => {
    const answer = await ben.send(OWN, variables)
    expect(answer.errors).toBeUndefined()
    return answer.data?.viewer as unknown as {
      unread: unknown
      chats: { nodes: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
    }
  }
  const first = await page({ first: 1 })
  expect(first.unread).toEqual({ chats: 2, messages: 3 })
  expect(first.chats.nodes).toEqual([
    { id: newer.id, unreadCount: 1, lastMessage: { body: 'three' }, task: { id: other.id } },
  ])
  expect(first.chats.pageInfo.hasNextPage).toBe(true)
  const second = await page({ first: 1, after: first.chats.pageInfo.endCursor })
  expect(second.chats.nodes).toEqual([
    { id: chat.id, unreadCount: 2, lastMessage: { body: 'two' }, task: { id: task.id } },
  ])
  expect(second.chats.pageInfo.hasNextPage).toBe(false)
})

test('a chat and its messages are visible to participants and administrators only, by every path', async () => {
  const message = await messageRow(app, { chat, author: ben, body: 'secret' })
  const admin = await person(app, 'Ada', 'ADMIN')
  const NODES = `query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }`
  for (const reader of [anna, ben, admin]) {
    expect(await readChat(reader)).toMatchObject({ id: chat.id, task: { id: task.id } })
    const answer = await reader.send(NODES, { ids: [chat.id, message.id] })
    expect(answer.data?.nodes).toEqual([
      { id: chat.id, __typename: 'TaskChat' },
      { id: message.id, __typename: 'Message' },
    ])
  }
  const strangers = [await person(app, 'Cleo'), await person(app, 'Finn', 'FINANCE'), await person(app, 'Gil', 'AGENT')]
  for (const reader of strangers) {
    expect(await readChat(reader)).toBeNull()
    const answer = await reader.send(NODES, { ids: [chat.id, message.id] })
    expect(answer).toEqual({ data: { nodes: [null, null] } })
  }
  expect(await send(app, CHAT, { id: chat.id })).toEqual({ data: { chat: null } })
})

test('an administrator who is a party to the task may not read the chat of another tasker', async () => {
  const admin = await person(app, 'Ada', 'ADMIN')
  await chatRow(app, { task, poster: anna, tasker: admin })
  expect(await readChat(admin)).toBeNull()
})

test('a task has one chat per tasker, and the poster sees all of them', async () => {
  const cleo = await person(app, 'Cleo')
  const ended = await chatRow(app, { task, poster: anna, tasker: cleo, ended: true })
  const TASK = `query ($id: ID!) { task(id: $id) { chat { id endedAt } chats { nodes { id } } } }`
  const read = async (reader: Person) => (await reader.send(TASK, { id: task.id })).data?.task
  expect(await read(anna)).toMatchObject({
    chat: { id: chat.id },
    chats: { nodes: [{ id: ended.id }, { id: chat.id }] },
  })
  expect(await read(ben)).toMatchObject({ chat: { id: chat.id, endedAt: null }, chats: null })
  const node = `query ($id: ID!) { node(id: $id) { ... on TaskChat { endedAt } } }`
  expect((await cleo.send(node, { id: ended.id })).data?.node).toEqual({ endedAt: expect.any(String) })
})

test('a cursor of another list and a page of more than 100 are BAD_USER_INPUT', async () => {
  for (const variables of [
    { first: 101 },
    { first: -1 },
    { after: 'nonsense' },
    { first: 1, last: 1 },
    { last: 101 },
  ]) {
    const answer = await anna.send(CHAT, { id: chat.id, ...variables })
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
  }
})

test('a malformed id and an id of another type find no chat', async () => {
  for (const id of ['', 'tch_1', task.id, chat.id.toUpperCase()]) {
    expect(await anna.send(CHAT, { id })).toEqual({ data: { chat: null } })
  }
})

test('the number of statements for a page of chats does not depend on its size', async () => {
  const OWN = /* GraphQL */ `
    query ($first: Int) {
      viewer {
        chats(first: $first) {
          nodes {
            unreadCount
            participants { role user { displayName } }
            lastMessage { body author { displayName } }
            messages(last: 2) { nodes { body } }
            ... on TaskChat { task { title } }
          }
        }
      }
    }
  `
  for (let number = 1; number <= 5; number++) {
    const other = await taskRow(app, { poster: anna, assignee: ben })
    const another = await chatRow(app, { task: other, poster: anna, tasker: ben })
    for (const body of ['one', 'two', 'three']) await messageRow(app, { chat: another, author: anna, body })
  }
  const page = (first: number) => statementsForRead(app, () => ask(ben, OWN, { first }))
  await page(1)
  expect(await page(5)).toBe(await page(2))
})
