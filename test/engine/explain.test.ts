/** The header `x-errand-explain: 1`: the plan and the statements of an operation, without a value of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noStatements, type SentStatement } from '../../src/db/statementCount.ts'
import type { Explanation } from '../../src/engine/explain.ts'
import { useExplain } from '../../src/http/requestHeaders/explain.ts'
import { pairInChat } from '../support/chatting.ts'
import { type GraphqlResult, type Person, person, send } from '../support/people.ts'
import { startApp, startAppOn, type TestApp } from '../support/servers/app.ts'
import { post } from '../support/servers/http.ts'
import { type Actor, actor, type Named } from '../support/story.ts'

const TITLE = 'Sharpen the secret scissors'

let app: TestApp
let anna: Actor
let task: Named

beforeAll(async () => {
  app = await startApp({ databasePoolMax: 1, reader: 'sql' })
  anna = await actor(app, 'Anna')
  task = await anna.posts({ title: TITLE })
})
afterAll(async () => {
  await app.stop()
})

type Explained = GraphqlResult & { extensions?: { explain?: Explanation } }

const headersOf = (someone: Person | null) => ({
  'x-errand-explain': '1',
  ...(someone && { authorization: `Bearer ${someone.accessToken}` }),
})

const explained = (
  query: string,
  {
    variables = {},
    by = anna,
    on = app,
  }: { variables?: Record<string, unknown>; by?: Person | null; on?: TestApp } = {},
): Promise<Explained> => send(on, query, variables, headersOf(by))

/** The explanation of an operation that succeeds. */
async function explanationOf(...request: Parameters<typeof explained>): Promise<Explanation> {
  const { data, errors, extensions } = await explained(...request)
  if (!data || errors || !extensions?.explain) throw new Error(JSON.stringify({ data, errors, extensions }))
  return extensions.explain
}

const sourcesOf = (statements: readonly SentStatement[]): string[] => statements.map(({ source }) => source)

/** The number of statements that the log has of the last operation. */
const loggedCount = (): unknown => app.logLines.filter(({ statements }) => statements !== undefined).at(-1)?.statements

const LIST = /* GraphQL */ `
  query List($text: String!) {
    tasks(first: 3, filter: { text: $text }) {
      nodes { id heading: title poster { displayName } viewerApplication { status } }
    }
  }
`
const LIST_PLAN = [
  'query List',
  '  tasks: TaskConnection!',
  '    nodes: [Task!]!  # rows of Task with id, posterId',
  '      id: ID!',
  '      heading = title: String!  # column title',
  '      poster: User!  # relation poster; rows of User with id',
  '        displayName: String!  # column displayName',
  '      viewerApplication: TaskApplication  # relation applications; rows of TaskApplication with id, applicantId',
  '        status: TaskApplicationStatus!  # column status',
]

test('a list has its plan and one statement, compiled the first time and cached the second', async () => {
  const statement = {
    name: expect.stringMatching(/^read_[\w-]{27}$/),
    text: expect.stringMatching(/^\/\* read Task \*\/ select .* limit 4/),
    shapeKey: expect.stringMatching(/^many Task w.*t4\{id,posterId,/),
    durationMs: expect.any(Number),
  }
  await explained('{ viewer { email } }') // Reads the session, which is cached from here on.
  const first = await explanationOf(LIST, { variables: { text: 'scissors' } })
  expect(first).toEqual({ plan: LIST_PLAN, statements: [{ ...statement, source: 'compiled' }] })
  const second = await explanationOf(LIST, { variables: { text: 'secret' } })
  expect(second).toEqual({ plan: LIST_PLAN, statements: [{ ...statement, source: 'cache' }] })
  expect(second.statements[0]?.shapeKey).toBe(first.statements[0]?.shapeKey)
  expect(second.statements[0]?.text).toBe(first.statements[0]?.text)
})

test('an abstract type has a plan for each group of types with the same selection', async () => {
  const { plan } = await explanationOf(
    /* GraphQL */ `
      query ($id: ID!) {
        node(id: $id) { ... on Task { id ...Chatting } ... on TaskApplication { message } ... on TaskEvent { type } ... on ChatEvent { type } }
      }
      fragment Chatting on Task { chat { messages(first: 2) { nodes { body } } } }
    `,
    { variables: { id: task.id } },
  )
  expect(plan).toEqual([
    'query',
    '  node: Node',
    '    ... on ChatEvent | TaskEvent',
    '      type: String!',
    '    ... on Task',
    '      id: ID!',
    '      chat: TaskChat  # relation chats; rows of Chat with id, kind',
    '        messages: MessageConnection!  # relation messages',
    '          nodes: [Message!]!  # rows of Message with id',
    '            body: String!  # column body',
    '    ... on TaskApplication',
    '      message: String  # column message',
  ])
})

test('@skip and @include decide the plan, by the variables of the request', async () => {
  const query =
    'query ($wide: Boolean!) { viewer { email @include(if: $wide) displayed: user @skip(if: $wide) { id } } }'
  expect((await explanationOf(query, { variables: { wide: true } })).plan).toEqual([
    'query',
    '  viewer: Viewer',
    '    email: EmailAddress!',
  ])
  expect((await explanationOf(query, { variables: { wide: false } })).plan).toEqual([
    'query',
    '  viewer: Viewer',
    '    displayed = user: User!  # rows of User with id',
    '      id: ID!',
  ])
})

const SEND = /* GraphQL */ `
  mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) {
      ... on MessagePayload { sentMessage { body } chat { lastMessage { sequence } } }
    }
  }
`

test('a mutation shows its rules, and its payload as prefetched', async () => {
  const { anna: sender, chat } = await pairInChat(app)
  const input = { chatId: chat.id, body: 'An unforgettable message.' }
  const explanations: Explanation[] = []
  // The first time, the reads are not prepared on the connection: they are sent after the commit.
  for (let time = 1; time <= 3; time++)
    explanations.push(await explanationOf(SEND, { variables: { input }, by: sender }))
  const [first, , third] = explanations
  expect(sourcesOf(first?.statements ?? [])).toEqual(['rule', 'rule', 'compiled', 'compiled'])
  expect(third?.statements.map(({ name, source }) => (source === 'rule' ? name : source))).toEqual([
    'insertMessage',
    'prefetch',
    'prefetch',
  ])
  const read = third?.statements[1]
  expect(read?.shapeKey).toMatch(/^one Message /)
  expect(read?.text).toMatch(/^\/\* read Message \*\/ select/)
  // One pipeline has one duration.
  expect(new Set(third?.statements.map(({ durationMs }) => durationMs)).size).toBe(1)
  expect(loggedCount()).toBe(3)
})

test('a transaction shows the statements of each pipeline, without begin and commit', async () => {
  const apply = 'mutation ($input: ApplyToTaskInput!) { applyToTask(input: $input) { __typename } }'
  const ben = await person(app, 'Ben')
  const variables = { input: { taskId: task.id, message: 'I have a whetstone.' } }
  const { statements } = await explanationOf(apply, { variables, by: ben })
  const names = statements.map(({ name }) => name)
  expect(names).toEqual([
    'readLiveSession',
    'lockTaskRow',
    'readLiveApplication',
    'readFeeRuleInForce',
    'insertApplication',
    'insertEvent',
  ])
  expect(new Set(sourcesOf(statements))).toEqual(new Set(['rule']))
  expect(loggedCount()).toBe(names.length)
})

test('no value of a request is in its explanation', async () => {
  const { anna: sender, chat } = await pairInChat(app)
  const body = 'Nobody else may read this.'
  const read = await explained(LIST, { variables: { text: 'scissors' }, by: sender })
  const sent = await explained(SEND, { variables: { input: { chatId: chat.id, body } }, by: sender })
  expect(JSON.stringify([read.data, sent.data])).toMatch(/secret scissors.*Nobody else/)
  const text = JSON.stringify([read.extensions, sent.extensions])
  for (const value of ['scissors', body, chat.uuid, chat.id, sender.uuid, sender.sessionId, task.uuid]) {
    expect(text).not.toContain(value)
  }
})

test('the result is the one without the header, also where it has errors', async () => {
  const url = await app.listen()
  const taken = async () => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(/^errand_direct_lane_requests_total (\d+)/m.exec(text)?.[1])
  }
  const { authorization } = headersOf(anna) as { authorization: string }
  for (const request of [
    { query: LIST, variables: { text: 'scissors' } },
    { query: LIST, variables: { text: 5 } },
    { query: 'query A { viewer { email } } query B { __typename }', operationName: 'A' },
    { query: 'query A { viewer { email } } query B { __typename }', operationName: 'C' },
    { query: '{ node(id: "tsk_0") { id } }' },
    { query: '{ nothing }' },
  ]) {
    const without = async () => (await post(url, request, { headers: { authorization } })).body
    await without()
    const ordinary = await without()
    expect(ordinary).not.toHaveProperty('extensions')
    const before = await taken()
    const answer = await post(url, request, { headers: headersOf(anna) })
    expect(await taken()).toBe(before)
    const { extensions, ...result } = answer.body as Explained
    expect(withoutRequestIds(result)).toEqual(withoutRequestIds(ordinary))
    expect(extensions?.explain !== undefined).toBe('data' in ordinary)
  }
})

const withoutRequestIds = (body: object): unknown =>
  JSON.parse(JSON.stringify(body, (key, value) => (key === 'requestId' ? undefined : value)))

test('a read by Prisma is shown as a fallback, by the name of its method', async () => {
  const other = await startAppOn(app.connectionString, { reader: 'prisma' })
  try {
    const by = { ...anna, accessToken: (await person(other, 'Cleo')).accessToken }
    const { plan, statements } = await explanationOf(LIST, { variables: { text: 'scissors' }, by, on: other })
    expect(plan).toEqual(LIST_PLAN)
    expect(statements).toEqual([
      expect.objectContaining({ name: 'readLiveSession', source: 'rule' }),
      { name: 'Task.findMany', source: 'fallback', durationMs: expect.any(Number) },
    ])
  } finally {
    await other.stop()
  }
})

describe('in production', () => {
  let production: TestApp

  beforeAll(async () => {
    production = await startAppOn(app.connectionString, { production: true, reader: 'sql' })
  })
  afterAll(async () => {
    await production.stop()
  })

  test('no one but an administrator gets an explanation', async () => {
    const others = [
      null,
      ...(await Promise.all([[], ['AGENT'], ['FINANCE']].map((roles) => staff(roles as 'AGENT'[])))),
    ]
    for (const by of others) {
      const answer = await explained(LIST, { variables: { text: 'scissors' }, by, on: production })
      expect(Object.keys(answer)).toEqual(['data'])
      expect(JSON.stringify(answer.data)).toContain(TITLE)
    }
    const by = await staff(['ADMIN'])
    const { plan, statements } = await explanationOf(LIST, { variables: { text: 'scissors' }, by, on: production })
    expect(plan).toEqual(LIST_PLAN)
    expect(sourcesOf(statements)).toEqual(['rule', expect.stringMatching(/compiled|cache/)])
  })

  const staff = (roles: ('AGENT' | 'FINANCE' | 'ADMIN')[]) => person(production, 'Staff', ...roles)
})

test('elsewhere also a stranger gets one', async () => {
  expect((await explanationOf('{ apiInfo { __typename } }', { by: null })).statements).toEqual([])
})

test('without the header, or with another value, nothing is recorded or answered', async () => {
  const authorization = `Bearer ${anna.accessToken}`
  for (const headers of [{}, { 'x-errand-explain': '' }, { 'x-errand-explain': '0' }, { 'x-errand-explain': 'true' }]) {
    const answer = await send(app, LIST, { text: 'scissors' }, { authorization, ...headers })
    expect(Object.keys(answer)).toEqual(['data'])
  }
  const count = noStatements()
  const database = app.database.counting(count)
  await database.row`/* testOne */ select 1`
  expect(database.isRecorded).toBe(false)
  expect(count).toEqual({
    statements: 1,
    durationMs: expect.any(Number),
    poolWaitMs: expect.any(Number),
    sent: undefined,
  })
})

test('for a subscription, which has no end, nothing is recorded', () => {
  const count = { ...noStatements(), sent: [] }
  useExplain({ production: false }).onSubscribe?.({ args: { contextValue: { count } } } as never)
  expect(count.sent).toBeUndefined()
})
