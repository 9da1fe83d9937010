import { connect, type Socket } from 'node:net'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { withTransaction } from '../../../src/db/transaction.ts'
import { recordTaskEvent } from '../../../src/events/recordEvent.ts'
import { type EventStreams, startEventStreams } from '../../../src/streams/eventStreams.ts'
import { feedTopic } from '../../../src/streams/streamTopics.ts'
import { type Person, person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { taskRow } from '../../support/worlds/rows.ts'

const PROVEN = { isVerified: true, withheldRoles: [], hasSecondFactor: false, provenAt: null }

const EVENTS =
  'subscription { events { __typename ... on TaskEvent { reason } ... on ResyncRequired { oldest latest } } }'
const BUFFER_MAX = 10
// Far more than the buffers of two sockets, up to 36 MB together, and the 1,000 events that a stream buffers.
const LARGE_EVENT_COUNT = 2_000
const LARGE_EVENT_LENGTH = 60_000

let app: TestApp
let url: string
let anna: Person
let task: Awaited<ReturnType<typeof taskRow>>

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  anna = await person(app, 'Anna')
  task = await taskRow(app, { poster: anna })
})

/** Records many events in one transaction. */
async function record(count: number, reason: string): Promise<void> {
  await withTransaction(app.database, async (tx) => {
    for (let number = 1; number <= count; number++) {
      await recordTaskEvent(tx, {
        type: 'task.updated',
        taskId: task.uuid,
        taskVersion: number,
        at: new Date(),
        actorId: anna.uuid,
        reason,
        reasonFor: [anna.uuid],
        recipientIds: [anna.uuid],
      })
    }
  })
}

const latestPosition = async () =>
  (await app.prisma.eventPosition.findFirst({ orderBy: { position: 'desc' } }))?.position ?? 0n

async function untilNumbered(): Promise<bigint> {
  await expect.poll(() => app.prisma.eventInbox.count(), { timeout: 20_000 }).toBe(0)
  return latestPosition()
}

function streamsOf(limits: { resumeMax: number; bufferMax?: number }): EventStreams {
  const log = pino({ level: 'silent' })
  return startEventStreams({
    database: app.database,
    connectionString: app.connectionString,
    staffNeedsSecondFactor: false,
    log,
    limits,
  })
}

test('a reader that falls behind by more than its buffer gets a Resync, and its stream ends', async () => {
  const streams = streamsOf({ resumeMax: 50, bufferMax: BUFFER_MAX })
  const caller = { id: anna.uuid, sessionId: anna.sessionId, roles: ['USER' as const], ...PROVEN }
  const topic = feedTopic(app.database, caller, { types: undefined, subject: undefined })
  const items = (await streams.open({ topic, caller, after: null }))[Symbol.asyncIterator]()
  const first = items.next()
  await record(1, 'the first')
  expect((await first).value).toMatchObject({ reason: 'the first' })
  await record(100, 'too many')
  const latest = await untilNumbered()
  // Until the follower has offered all of them; any number may be delivered before that.
  await expect
    .poll(async () => (await items.next()).value, { timeout: 20_000 })
    .toEqual({ oldest: latest - 50n, latest })
  expect(await items.next()).toEqual({ done: true, value: undefined })
  await streams.stop()
})

test('a reader that keeps up within its buffer loses nothing', async () => {
  const streams = streamsOf({ resumeMax: 50, bufferMax: BUFFER_MAX })
  const caller = { id: anna.uuid, sessionId: anna.sessionId, roles: ['USER' as const], ...PROVEN }
  const topic = feedTopic(app.database, caller, { types: undefined, subject: undefined })
  const items = (await streams.open({ topic, caller, after: null }))[Symbol.asyncIterator]()
  for (let round = 1; round <= 5; round++) {
    const next = items.next()
    await record(BUFFER_MAX, `round ${round}`)
    expect((await next).value).toMatchObject({ reason: `round ${round}` })
    for (let number = 2; number <= BUFFER_MAX; number++) {
      expect((await items.next()).value).toMatchObject({ reason: `round ${round}`, taskVersion: number })
    }
  }
  await streams.stop()
})

/** A subscription whose client does not read until it is resumed. */
async function deafSubscription(): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const body = JSON.stringify({ query: EVENTS })
  const socket = connect(Number(port), hostname)
  const begun = new Promise<void>((resolve) => socket.once('data', () => resolve()))
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\n` +
      `accept: text/event-stream\r\nauthorization: Bearer ${anna.accessToken}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await begun
  socket.pause()
  return socket
}

/** Anna's feed, read in this process. */
function feedOfAnna() {
  const caller = { id: anna.uuid, sessionId: anna.sessionId, roles: ['USER' as const], ...PROVEN }
  const topic = feedTopic(app.database, caller, { types: undefined, subject: undefined })
  return app.services.events.open({ topic, caller, after: null })
}

/** Resolves after `count` events, which were then offered to all subscribers, also to those that do not read. */
async function untilOffered(count: number, feed: Awaited<ReturnType<typeof feedOfAnna>>): Promise<void> {
  let offered = 0
  for await (const item of feed) {
    if (!('reason' in item)) throw new Error('The fast reader has fallen behind.')
    offered++
    if (offered === count) return
  }
  throw new Error('The feed has ended before all events were offered.')
}

test('a client that does not read gets ResyncRequired once it does', async () => {
  const socket = await deafSubscription()
  const offered = untilOffered(LARGE_EVENT_COUNT, await feedOfAnna())
  for (let part = 0; part < 5; part++) await record(LARGE_EVENT_COUNT / 5, 'x'.repeat(LARGE_EVENT_LENGTH))
  const latest = await untilNumbered()
  // It might keep up with events that are offered while it reads.
  await offered
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.resume()
  await expect.poll(() => text.slice(-100), { timeout: 30_000 }).toContain('event: complete')
  socket.destroy()
  const [, resumeAt = ''] = /ResyncRequired","oldest":"ec_0","latest":"ec_(\d+)"/.exec(text) ?? []
  expect(BigInt(resumeAt)).toBeGreaterThan(latest - BigInt(LARGE_EVENT_COUNT))
  expect(BigInt(resumeAt)).toBeLessThanOrEqual(latest)
  expect(text.match(/"__typename":"TaskEvent"/g)?.length ?? 0).toBeLessThan(LARGE_EVENT_COUNT)
})
