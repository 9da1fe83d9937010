/** Payload prefetch: the reads of a mutation's payload are pipelined with its commit, and the response is the same. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Prisma } from '../../src/db/generated/client.ts'
import { noStatements } from '../../src/db/statementCount.ts'
import { makeReadingClient, readsOf } from '../../src/engine/reader/readingClient.ts'
import { pairInChat } from '../support/chatting.ts'
import type { Person } from '../support/people.ts'
import { roundTripsOf } from '../support/plans.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { post } from '../support/servers/http.ts'
import { actor, type Named } from '../support/story.ts'
import { taskRow } from '../support/worlds/rows.ts'

// Several connections may be in use, and each prepares its own statements.
const TIMES = 3

let app: TestApp
let anna: Person
let ben: Person
let chat: Named

beforeAll(async () => {
  app = await startApp({ databasePoolMax: 1, reader: 'sql' })
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  ;({ anna, ben, chat } = await pairInChat(app))
})

// The server's background statements, and those of the test.
const OWN_ACCOUNT = /^(read(LatestPosition|LiveSessions?)|sequenceWaitingEvents|test\w+)$/

/** The names of the statements that are sent when all are prepared, one text for each round trip. COMMIT is `end`. */
async function roundTripsFor(work: () => Promise<unknown>): Promise<string[]> {
  for (let time = 1; time < TIMES; time++) await work()
  const packets = await roundTripsOf(work)
  const named = packets.map((sent) =>
    sent.map(({ name, text }) => name || (text === 'commit' ? 'end' : text)).join(' + '),
  )
  return named.filter((name) => !OWN_ACCOUNT.test(name))
}

const SEND = /* GraphQL */ `
  mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) {
      __typename
      ... on MessagePayload {
        replayed
        sentMessage { id sequence body author { id displayName } }
        chat { id lastMessage { sequence } }
        again: sentMessage { sequence }
      }
      ... on ChatEndedError { code }
      ... on StaleChatError { missed { sequence } }
    }
  }
`

/** Sends a document that must return data. */
async function dataOf(
  someone: Person,
  document: string,
  variables: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { data, errors } = await someone.send(document, variables)
  if (!data) throw new Error(JSON.stringify(errors))
  return data
}

interface Sent {
  sentMessage: { sequence: number }
  chat: { lastMessage: { sequence: number } }
}

const sends = async (someone: Person, input: object = {}): Promise<Sent> =>
  (await dataOf(someone, SEND, { input: { chatId: chat.id, body: 'Hello.', ...input } })).sendMessage as Sent

test('a message is written and read in one round trip', async () => {
  const answers: unknown[] = []
  const packets = await roundTripsFor(async () => answers.push(await sends(anna)))
  expect(packets).toEqual(['insertMessage + read Message + read Chat + read Message'])
  const answer = (sequence: number) => ({
    __typename: 'MessagePayload',
    replayed: false,
    sentMessage: {
      id: expect.stringMatching(/^msg_/),
      sequence,
      body: 'Hello.',
      author: { id: anna.id, displayName: 'Anna' },
    },
    chat: { id: chat.id, lastMessage: { sequence } },
    again: { sequence },
  })
  // The first time nothing was prepared, so it was read after the write.
  expect(answers).toEqual([answer(1), answer(2), answer(3)])
})

test('the fast path sends the same as the slow path', async () => {
  const url = await app.listen()
  const taken = async () => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(/^errand_direct_lane_requests_total (\d+)/m.exec(text)?.[1])
  }
  const before = await taken()
  const headers = { authorization: `Bearer ${anna.accessToken}` }
  // A document of its own: its first request takes the slow path.
  const query = SEND.replace('mutation', 'mutation ByTheFastPath')
  const answers: unknown[] = []
  const packets = await roundTripsFor(async () => {
    const { body } = await post(url, { query, variables: { input: { chatId: chat.id, body: 'Hello.' } } }, { headers })
    answers.push(body.data?.sendMessage)
  })
  expect((await taken()) - before).toBe(TIMES - 1)
  expect(packets).toEqual(['insertMessage + read Message + read Chat + read Message'])
  expect(answers).toMatchObject([1, 2, 3].map((sequence) => ({ sentMessage: { sequence }, again: { sequence } })))
})

test('with an idempotency key, it is read with the statement that stores the answer; a replay, with the commit', async () => {
  const insert = ['insertKey', 'insertMessage', 'storeAnswer + read Message + read Chat + read Message']
  expect(await roundTripsFor(() => sends(anna, { idempotencyKey: randomUUID() }))).toEqual(insert)
  const idempotencyKey = randomUUID()
  const answers: unknown[] = []
  const replay = await roundTripsFor(async () => answers.push(await sends(anna, { idempotencyKey })))
  expect(replay).toEqual(['insertKey', 'readKey', 'end + read Message + read Chat + read Message'])
  expect(answers[2]).toEqual({ ...(answers[0] as object), replayed: true })
})

test('a message that the whole rule wrote is read, after the autocommit statement wrote none', async () => {
  const packets = await roundTripsFor(async () => {
    const sent = await sends(anna, { lastSeenSequence: 0 })
    expect(sent.chat.lastMessage).toEqual({ sequence: sent.sentMessage.sequence })
  })
  expect(packets).toEqual([
    'insertMessage + read Message + read Chat + read Message',
    'lockChatOfPerson',
    'hasNewerByOthers',
    'insertMessage',
    'end + read Message + read Chat + read Message',
  ])
})

test('a refusal returns nothing of the prefetch', async () => {
  await sends(ben)
  await sends(ben)
  expect(await sends(anna, { lastSeenSequence: 1 })).toEqual({
    __typename: 'StaleChatError',
    missed: [{ sequence: 2 }],
  })
  await app.database.run`/* testEnd */ update chats set ended_at = now() where id = ${chat.uuid}`
  expect(await sends(anna)).toEqual({ __typename: 'ChatEndedError', code: 'CHAT_ENDED' })
})

test('each mutation of a document sees its own change', async () => {
  const both = /* GraphQL */ `
    mutation ($first: SendMessageInput!, $second: SendMessageInput!, $read: MarkReadInput!) {
      first: sendMessage(input: $first) { ... on MessagePayload { chat { lastMessage { sequence } } } }
      second: sendMessage(input: $second) { ... on MessagePayload { chat { lastMessage { sequence } } } }
      third: markRead(input: $read) { ... on MarkReadPayload { chat { lastMessage { sequence } unreadCount } } }
    }
  `
  const input = { chatId: chat.id, body: 'Hello.' }
  const answers: unknown[] = []
  await roundTripsFor(async () => {
    const variables = { first: input, second: input, read: { chatId: chat.id, upToSequence: 1 } }
    answers.push(await dataOf(anna, both, variables))
  })
  expect(answers[2]).toEqual({
    first: { chat: { lastMessage: { sequence: 5 } } },
    second: { chat: { lastMessage: { sequence: 6 } } },
    third: { chat: { lastMessage: { sequence: 6 }, unreadCount: 0 } },
  })
})

test('an acceptance and an application are read with their commits', async () => {
  const [poster, tasker] = [await actor(app, 'Poster'), await actor(app, 'Tasker')]
  const accept = /* GraphQL */ `
    mutation ($input: AcceptTaskInput!) {
      acceptTask(input: $input) { ... on AcceptTaskPayload { task { id status } chat { id } } }
    }
  `
  const apply = /* GraphQL */ `
    mutation ($input: ApplyToTaskInput!) {
      applyToTask(input: $input) { ... on ApplicationPayload { application { status } } }
    }
  `
  const applied = await roundTripsFor(async () => {
    const task = await taskRow(app, { poster })
    const answer = await tasker.send(apply, { input: { taskId: task.id } })
    expect(answer.data?.applyToTask).toEqual({ application: { status: 'PENDING' } })
  })
  expect(applied).toEqual([
    'lockTaskRow + readLiveApplication + readFeeRuleInForce',
    'insertApplication + insertEvent + end + read TaskApplication',
  ])
  const accepted = await roundTripsFor(async () => {
    const task = await taskRow(app, { poster, mode: 'FIRST_COME' })
    const answer = await tasker.send(accept, { input: { taskId: task.id } })
    expect(answer.data?.acceptTask).toMatchObject({ task: { id: task.id, status: 'AWAITING_FUNDS' } })
  })
  expect(accepted).toEqual([
    'glanceAtTask',
    'lockTaskRow + readTaskerHistory + readFeeRuleInForce',
    'acceptOneAndCloseOthers + insertOrReopenTaskChat + lockLiveHold',
    'insertApplication + insertEvent + setAssignee + insertEvent + lockStandings + lockTaskerStanding + countUnfundedAcceptances',
    'end + read Task + read Chat',
  ])
})

test('prefetched rows serve only the same read, once, in the same tick', async () => {
  const count = noStatements()
  const prisma = makeReadingClient(app.prisma)(app.database.counting(count))
  const reads = readsOf({ prisma })
  const read = (id: string, select: Prisma.UserSelect = { displayName: true }) =>
    prisma.user.findUniqueOrThrow({ where: { id }, select })
  const keep = () => {
    const recorded = reads?.recordReads(() => void read(anna.uuid)) ?? []
    for (const prefetched of recorded) prefetched.rows = [['["As it was"]']]
    reads?.keep(recorded)
    return recorded.length
  }
  expect(keep()).toBe(1)
  expect(count.statements).toBe(0)
  const concurrent = [read(ben.uuid), read(anna.uuid, { id: true }), read(anna.uuid), read(anna.uuid)]
  expect(await Promise.all(concurrent)).toEqual([
    { displayName: 'Ben' },
    { id: anna.uuid },
    { displayName: 'As it was' },
    { displayName: 'Anna' },
  ])
  expect(count.statements).toBe(2)
  keep()
  await new Promise((resolve) => setImmediate(resolve))
  expect(await read(anna.uuid)).toEqual({ displayName: 'Anna' })
})

test('without the reader nothing is prefetched, and the response is the same', async () => {
  const other = await startApp({ databasePoolMax: 1, reader: 'prisma' })
  try {
    const pair = await pairInChat(other)
    const input = { chatId: pair.chat.id, body: 'Hello.' }
    const answers: unknown[] = []
    const packets = await roundTripsFor(async () => answers.push(await dataOf(pair.anna, SEND, { input })))
    expect(packets[0]).toBe('insertMessage')
    expect(answers[2]).toMatchObject({
      sendMessage: {
        sentMessage: { sequence: 3, author: { id: pair.anna.id } },
        chat: { lastMessage: { sequence: 3 } },
      },
    })
  } finally {
    await other.stop()
  }
})
