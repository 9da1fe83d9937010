import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createClient, EventStreamDocument, type EventStreamSubscription } from '../../schema/sdk/index.ts'
import { type Person, person } from '../support/people.ts'
import { recordTestEvent } from '../support/recordTestEvent.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { taskRow } from '../support/worlds/rows.ts'
import { startFront, type UnreliableFront } from './unreliableFront.ts'

const EVENTS = 120
const CUTS = 8
const RESUME_MAX = 200
const BEGINNING = 'ec_0'

let app: TestApp
let target: string
let anna: Person
let task: Awaited<ReturnType<typeof taskRow>>
let front: UnreliableFront

beforeAll(async () => {
  app = await startApp({ rateLimits: false, eventsResumeMax: RESUME_MAX })
  target = await app.listen()
  anna = await person(app, 'Anna')
  task = await taskRow(app, { poster: anna })
})
afterAll(() => app.stop())
beforeEach(async () => {
  front = await startFront(target)
})
afterEach(() => front.stop())

const client = () => createClient({ url: front.url, token: anna.accessToken })
const happens = (reason: string) => recordTestEvent(app, { task, by: anna, concerns: [anna], reason })

/** Waits until the server has opened this many streams. */
const opened = (count: number) => expect.poll(() => front.passed, { timeout: 10_000 }).toBe(count)

const reasonOf = ({ events }: EventStreamSubscription) => ('reason' in events ? events.reason : undefined)

test('no event is lost or repeated over many disconnects', async () => {
  const stream = client().follow(EventStreamDocument, { after: BEGINNING })
  const expected = Array.from({ length: EVENTS }, (_, index) => `event ${index}`)
  const seen: unknown[] = []
  const writing = (async () => {
    let cuts = 0
    for (const [index, reason] of expected.entries()) {
      await happens(reason)
      if (index % (EVENTS / CUTS) !== 0) continue
      // Each disconnect hits a different stream.
      await opened(cuts + 1)
      front.cut()
      cuts++
    }
  })()
  for await (const item of stream) {
    const reason = reasonOf(item)
    if (reason !== undefined) seen.push(reason)
    if (reason === expected.at(-1)) break
  }
  await writing
  expect(seen).toEqual(expected)
  expect(front.requests.length).toBe(CUTS + 1)
})

test('disconnected before its first cursor, it yields ResyncRequired', async () => {
  const stream = client().follow(EventStreamDocument)
  const first = stream.next()
  await opened(1)
  front.cut()
  await opened(2)
  await happens('after the cut')
  const { value: told } = await first
  const { value: next } = await stream.next()
  expect(told?.events).toMatchObject({ __typename: 'ResyncRequired' })
  expect(next?.events).toMatchObject({ reason: 'after the cut' })
  await stream.return()
})

test('it waits for an unreachable or overloaded server', async () => {
  front.fates = ['lose the request', { status: 503 }, { status: 429, headers: { 'retry-after': '0' } }]
  const stream = client().follow(EventStreamDocument, { after: BEGINNING })
  expect((await stream.next()).value?.events).toMatchObject({ __typename: 'TaskEvent' })
  await stream.return()
})

test('too far behind, it yields ResyncRequired, then resumes after its cursor', async () => {
  for (let count = EVENTS; count <= RESUME_MAX; count++) await happens('long ago')
  const stream = client().follow(EventStreamDocument, { after: BEGINNING })
  const told = (await stream.next()).value?.events
  expect(told).toMatchObject({ __typename: 'ResyncRequired' })
  const next = stream.next()
  await opened(2)
  await happens('news')
  expect((await next).value?.events).toMatchObject({ reason: 'news' })
  await stream.return()
})

test('leaving a loop closes the connection, even while it waits', async () => {
  const stream = client().follow(EventStreamDocument)
  const waiting = stream.next()
  await opened(1)
  await stream.return()
  expect(await waiting).toEqual({ done: true, value: undefined })
  await expect.poll(() => front.openAnswers()).toBe(0)
})

test('its signal ends it with the reason', async () => {
  const aborting = new AbortController()
  const waiting = client().follow(EventStreamDocument, {}, { signal: aborting.signal }).next()
  await opened(1)
  aborting.abort(new Error('The page was left.'))
  await expect(waiting).rejects.toThrow('The page was left.')
})

test('permanent errors are thrown: not signed in, or an invalid cursor', async () => {
  const nobody = createClient({ url: front.url }).follow(EventStreamDocument)
  await expect(nobody.next()).rejects.toMatchObject({ problems: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  const wrong = client().follow(EventStreamDocument, { after: 'ec_999999999' })
  await expect(wrong.next()).rejects.toMatchObject({ problems: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
  expect(front.requests).toHaveLength(2)
})
