import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  ApplyToTaskDocument,
  CategoriesDocument,
  CreateTaskDocument,
  createClient,
  type Operation,
  SignUpDocument,
  TasksDocument,
} from '../../schema/sdk/index.ts'
import { type Person, person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { startFront, type UnreliableFront } from './unreliableFront.ts'

let app: TestApp
let target: string
let anna: Person
let front: UnreliableFront

beforeAll(async () => {
  app = await startApp({ rateLimits: false })
  target = await app.listen()
  anna = await person(app, 'Anna')
})
afterAll(() => app.stop())
beforeEach(async () => {
  front = await startFront(target)
})
afterEach(() => front.stop())

const task = (title: string) => ({
  input: {
    title,
    description: 'Through a bad network.',
    budget: { amount: '20.00', currencyCode: 'EUR' },
    publish: true,
  },
})
const client = () => createClient({ url: front.url, token: anna.accessToken })

const countOf = async (title: string): Promise<number> =>
  (await app.database.rows`/* testTasksOf */ select from tasks where title = ${title}`).length

const keysSent = () => front.requests.map(({ body }) => JSON.parse(body).variables.input.idempotencyKey)

test('a mutation whose responses are lost is retried with the same key, and executed once', async () => {
  front.fates = ['lose the answer', 'lose the request', 'lose the answer']
  const { createTask } = await client().send(CreateTaskDocument, task('Lost answers'))
  expect(createTask).toMatchObject({ __typename: 'TaskPayload', replayed: true, task: { title: 'Lost answers' } })
  expect(await countOf('Lost answers')).toBe(1)
  expect(front.requests).toHaveLength(4)
  expect(new Set(keysSent()).size).toBe(1)
  expect(keysSent()[0]).toMatch(/^[0-9a-f]{32}$/)
})

test('each send has its own key, unless the caller sets one', async () => {
  await client().send(CreateTaskDocument, task('Own keys'))
  await client().send(CreateTaskDocument, task('Own keys'))
  const given = task('Own keys')
  await client().send(CreateTaskDocument, { input: { ...given.input, idempotencyKey: 'my own' } })
  expect(await countOf('Own keys')).toBe(3)
  const keys = keysSent()
  expect(new Set(keys).size).toBe(3)
  expect(keys[2]).toBe('my own')
})

test('a mutation without a key is not retried', async () => {
  front.fates = ['lose the answer']
  const input = { email: 'once@example.com', password: 'a long enough password', displayName: 'Once' }
  const sent = createClient({ url: front.url }).send(SignUpDocument, { input })
  await expect(sent).rejects.toMatchObject({ name: 'NoAnswerError', idempotencyKey: undefined })
  expect(front.requests).toHaveLength(1)
})

test('overload, proxy errors and rate limits are retried', async () => {
  const limited = {
    errors: [{ message: 'Too many.', extensions: { code: 'RATE_LIMITED', retryable: true, retryAfter: 'PT0.01S' } }],
  }
  front.fates = [
    { status: 503, headers: { 'retry-after': '0' } },
    { status: 502, body: '<html>Bad gateway</html>' },
    { status: 429, body: JSON.stringify(limited) },
  ]
  const { categories } = await client().send(CategoriesDocument)
  expect(categories.length).toBeGreaterThan(0)
  expect(front.requests).toHaveLength(4)
})

test('a retryable refusal is retried with the same key, others are returned at once', async () => {
  const refused = (code: string, retryable: boolean) => ({
    status: 200,
    body: JSON.stringify({ data: { createTask: { __typename: 'SomeError', code, message: '', retryable } } }),
  })
  front.fates = [refused('IDEMPOTENCY_IN_PROGRESS', true)]
  const { createTask } = await client().send(CreateTaskDocument, task('In progress'))
  expect(createTask.__typename).toBe('TaskPayload')
  expect(new Set(keysSent()).size).toBe(1)
  expect(front.requests).toHaveLength(2)

  front.fates = [refused('PAYOUT_NOT_READY', true)]
  expect((await client().send(CreateTaskDocument, task('Slow'))).createTask).toMatchObject({ code: 'PAYOUT_NOT_READY' })
  expect(front.requests).toHaveLength(3)

  const { applyToTask } = await client().send(ApplyToTaskDocument, { input: { taskId: 'tsk_nothing' } })
  expect(applyToTask.__typename).toBe('NotFoundError')
  expect(front.requests).toHaveLength(4)
})

test('a long retry-after is returned at once', async () => {
  front.fates = [{ status: 429, headers: { 'retry-after': '60' } }]
  await expect(client().send(CategoriesDocument)).rejects.toMatchObject({ name: 'RequestError', status: 429 })
  expect(front.requests).toHaveLength(1)
})

test('it gives up after five attempts, with the key in the error', async () => {
  front.fates = Array.from({ length: 6 }, () => 'lose the request' as const)
  const failure = await client()
    .send(CreateTaskDocument, task('Never'))
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({ name: 'NoAnswerError', idempotencyKey: keysSent()[0] })
  expect(front.requests).toHaveLength(5)
  expect(await countOf('Never')).toBe(0)
})

test('errors[] is thrown with its codes', async () => {
  const wrong: Operation<unknown, Record<string, never>> = { ...CategoriesDocument, text: '{ nothing }' }
  const failure = await client()
    .send(wrong)
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({
    name: 'RequestError',
    problems: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  })
})

test('a signal ends the wait between two attempts', async () => {
  front.fates = [{ status: 503, headers: { 'retry-after': '20' } }]
  const aborting = new AbortController()
  const sent = client().send(CategoriesDocument, {}, { signal: aborting.signal })
  await expect.poll(() => front.requests.length).toBe(1)
  aborting.abort(new Error('The page was left.'))
  await expect(sent).rejects.toThrow('The page was left.')
})

test('pages yields every page, nodes every entry of a list', async () => {
  const poster = await person(app, 'Pages')
  const own = createClient({ url: front.url, token: poster.accessToken })
  const titles = ['one', 'two', 'three', 'four', 'five']
  for (const title of titles) await own.send(CreateTaskDocument, task(title))
  front.requests.length = 0

  const seen: string[] = []
  const filter = { posterId: poster.id }
  for await (const { title } of own.nodes(TasksDocument, { filter, first: 2 }, ({ tasks }) => tasks)) seen.push(title)
  expect(seen).toEqual([...titles].reverse())
  expect(front.requests).toHaveLength(3)

  const sizes: number[] = []
  for await (const { nodes } of own.pages(TasksDocument, { filter, first: 2 }, ({ tasks }) => tasks))
    sizes.push(nodes.length)
  expect(sizes).toEqual([2, 2, 1])
})
