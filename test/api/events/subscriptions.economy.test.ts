import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Database } from '../../../src/db/client.ts'
import { listenForPositions } from '../../../src/events/listenForPositions.ts'
import { sequenceCommittedEvents } from '../../../src/events/sequencer.ts'
import { type Person, person } from '../../support/people.ts'
import { recordTestEvent } from '../../support/recordTestEvent.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { noteStatements } from '../../support/servers/statements.ts'
import { Subscription } from '../../support/servers/streams.ts'
import { taskRow } from '../../support/worlds/rows.ts'

const EVENTS = 'subscription { events { __typename ... on TaskEvent { id cursor type occurredAt reason } } }'
const STREAM_COUNT = 30
// Statements of background loops: polls for events without a position, for new positions, and for ended sessions.
const BY_THE_PROCESS = ['sequenceWaitingEvents', 'readEvents', 'readLatestPosition', 'readLiveSessions']

let app: TestApp
let url: string
let anna: Person
let task: Awaited<ReturnType<typeof taskRow>>

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  anna = await person(app, 'Anna')
  task = await taskRow(app, { poster: anna })
})
afterAll(async () => {
  await app.stop()
})

test('an event is read once for all streams of a process', async () => {
  const streams = await Promise.all(
    Array.from({ length: STREAM_COUNT }, () => Subscription.open(url, anna.accessToken, EVENTS)),
  )
  // After the first event, all streams have finished reading missed events.
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'first' })
  for (const stream of streams) await stream.next()
  const statements = noteStatements(app)
  const elsewhere = new Database({ connectionString: app.connectionString, connectionsMax: 1, onError: () => {} })
  await recordTestEvent({ database: elsewhere }, { task, by: anna, concerns: [anna], reason: 'second' })
  for (const stream of streams) expect((await stream.next())?.data?.events).toMatchObject({ reason: 'second' })
  expect(statements.end().filter((name) => !BY_THE_PROCESS.includes(name))).toEqual([])
  for (const stream of streams) stream.close()
  await elsewhere.close()
})

test('a process is notified when another one has sequenced events', async () => {
  let notified = 0
  const listener = listenForPositions({
    connectionString: app.connectionString,
    log: pino({ level: 'silent' }),
    onSequenced: () => notified++,
  })
  // Once initially, for events that were sequenced while it did not listen.
  await expect.poll(() => notified, { timeout: 20_000 }).toBe(1)
  await recordTestEvent(app, { task, by: anna, concerns: [anna] })
  await sequenceCommittedEvents(app.database)
  await expect.poll(() => notified, { timeout: 20_000 }).toBeGreaterThan(1)
  await listener.stop()
})
