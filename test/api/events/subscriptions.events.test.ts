/** Server-sent events as browsers and proxies read them: the lines of each event, and automatic resumption. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, person } from '../../support/people.ts'
import { recordTestEvent } from '../../support/recordTestEvent.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { taskRow } from '../../support/worlds/rows.ts'

const EVENTS = `subscription Mine($after: EventCursor) {
  events(after: $after) { __typename ... on TaskEvent { reason cursor } }
}`
const TASK = 'subscription Task($id: ID!) { task(id: $id) { __typename ... on TaskEvent { reason } } }'
const BEGINNING = 'ec_0'

let app: TestApp
let url: string
let anna: Person
let task: Awaited<ReturnType<typeof taskRow>>

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  anna = await person(app, 'Anna')
  task = await taskRow(app, { poster: anna })
  for (const reason of ['one', 'two', 'three']) await recordTestEvent(app, { task, by: anna, concerns: [anna], reason })
})
afterAll(() => app.stop())

/** Opens a stream by POST as Anna, or by GET without authentication. */
function open(query: string, variables: object, headers: Record<string, string> = {}, method: 'GET' | 'POST' = 'POST') {
  const accept = { accept: 'text/event-stream', ...headers }
  if (method === 'GET') {
    const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) })
    return fetch(`${url}/graphql?${parameters}`, { headers: accept })
  }
  return fetch(`${url}/graphql`, {
    method,
    headers: { ...accept, 'content-type': 'application/json', authorization: `Bearer ${anna.accessToken}` },
    body: JSON.stringify({ query, variables }),
  })
}

/** The fields of the first events, by name, without comments. */
async function eventsOf(response: Response, count: number): Promise<Record<string, string>[]> {
  const events: Record<string, string>[] = []
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const messages = text.split('\n\n')
    text = messages.pop() ?? ''
    for (const message of messages.filter((one) => !one.startsWith(':')))
      events.push(Object.fromEntries(message.split('\n').map((line) => line.split(/: ?(.*)/s).slice(0, 2))))
    if (events.length >= count) break
  }
  return events.slice(0, count)
}

const reasonsOf = async (response: Response, count: number) =>
  (await eventsOf(response, count)).map(
    ({ data = '' }) => Object.values<{ reason?: string }>(JSON.parse(data).data)[0]?.reason,
  )

test('the headers of a stream tell proxies not to buffer or store it', async () => {
  const response = await open(EVENTS, { after: BEGINNING })
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.any(String),
  })
  expect(response.headers.get('content-encoding')).toBeNull()
  await response.body?.cancel()
})

test('each event has its cursor as its id', async () => {
  const events = await eventsOf(await open(EVENTS, { after: BEGINNING }), 3)
  const cursors = events.map(({ data = '' }) => JSON.parse(data).data.events.cursor)
  expect(events.map(({ event, id }) => ({ event, id }))).toEqual(cursors.map((id) => ({ event: 'next', id })))
  expect(new Set(cursors).size).toBe(3)
})

test('an event has its id even if its cursor is not selected', async () => {
  const [first] = await eventsOf(await open(TASK, { id: task.id }, { 'last-event-id': BEGINNING }), 1)
  expect(first?.id).toMatch(/^ec_\d+$/)
})

test('Last-Event-ID takes precedence over the `after` of the document', async () => {
  const [first, second] = await eventsOf(await open(EVENTS, { after: BEGINNING }), 2)
  const resume = (id = '', variables: object = {}) => open(EVENTS, variables, { 'last-event-id': id })
  expect(await reasonsOf(await resume(first?.id), 2)).toEqual(['two', 'three'])
  expect(await reasonsOf(await resume(second?.id, { after: BEGINNING }), 1)).toEqual(['three'])
})

test('Last-Event-ID works by GET and without authentication, as in browsers', async () => {
  const response = await open(TASK, { id: task.id }, { 'last-event-id': BEGINNING }, 'GET')
  expect((await eventsOf(response, 1))[0]).toMatchObject({ id: expect.stringMatching(/^ec_/), event: 'next' })
})

test('an id that is not a cursor, or after the end of the log, is refused', async () => {
  for (const id of ['nonsense', '17', 'ec_', 'ec_999999999']) {
    const [event] = await eventsOf(await open(EVENTS, {}, { 'last-event-id': id }), 1)
    expect(JSON.parse(event?.data ?? '').errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  }
})

test('the end of a stream is an event of its own', async () => {
  const response = await open(EVENTS, { after: BEGINNING })
  app.services.events.endAll()
  const events = await eventsOf(response, 99)
  expect(events.at(-1)).toEqual({ event: 'complete', data: '' })
})
