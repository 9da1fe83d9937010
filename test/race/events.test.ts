import { afterAll, beforeAll, expect, test } from 'vitest'
import { Database } from '../../src/db/client.ts'
import { type Person, person } from '../support/people.ts'
import { toPublicId } from '../support/publicIds.ts'
import { recordTestEvent } from '../support/recordTestEvent.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type SecondServer, secondServer } from '../support/servers/secondServer.ts'
import { Subscription } from '../support/servers/streams.ts'
import { taskRow } from '../support/worlds/rows.ts'

const EVENTS = /* GraphQL */ `
  subscription ($after: EventCursor) {
    events(after: $after) {
      ... on TaskEvent { id cursor reason }
      ... on Heartbeat { latest }
      ... on ResyncRequired { latest }
    }
  }
`
const SEED = 20261125
const EVENT_COUNT = 2_000
const WRITER_COUNT = 20
const TASK_COUNT = 10

let app: TestApp
let second: SecondServer
let urls: string[]
let anna: Person

beforeAll(async () => {
  app = await startApp()
  second = await secondServer(app)
  urls = [await app.listen(), second.url]
  anna = await person(app, 'Anna')
})
afterAll(async () => {
  await second.stop()
  await app.stop()
})

/** 20 concurrent writers: in two servers, and in a process without a sequencer. */
async function writeAll(): Promise<void> {
  const tasks = await Promise.all(Array.from({ length: TASK_COUNT }, () => taskRow(app, { poster: anna })))
  const elsewhere = new Database({ connectionString: app.connectionString, connectionsMax: 5, onError: () => {} })
  const databases = [app, second, { database: elsewhere }]
  const write = async (writer: number) => {
    for (let number = 0; number < EVENT_COUNT / WRITER_COUNT; number++) {
      const task = tasks[(writer + number) % TASK_COUNT]
      const database = databases[writer % databases.length]
      if (!task || !database) throw new Error('No task or database for this writer.')
      await recordTestEvent(database, { task, by: anna, concerns: [anna], reason: `${writer}.${number}` })
    }
  }
  await Promise.all(Array.from({ length: WRITER_COUNT }, (_, writer) => write(writer)))
  await elsewhere.close()
}

/** Reads until it has all events, with interruptions by the seed, and resumes on either server. */
async function readAll(seed: number, start: string): Promise<{ ids: string[]; cuts: number }> {
  const random = seededRandom(seed)
  const ids: string[] = []
  let after = start
  let cuts = 0
  while (ids.length < EVENT_COUNT) {
    const url = urls[Math.floor(random() * urls.length)] ?? ''
    const stream = await Subscription.open(url, anna.accessToken, EVENTS, { after })
    const untilCut = 1 + Math.floor(random() * 200)
    for (let had = 0; had < untilCut && ids.length < EVENT_COUNT; had++) {
      const item = (await stream.next())?.data?.events
      if (!item) throw new Error('The stream ended by itself.')
      if (typeof item.id === 'string') ids.push(item.id)
      after = String(item.cursor ?? item.latest)
    }
    stream.close()
    cuts++
  }
  return { ids, cuts }
}

test('3 readers with random interruptions get 2,000 events of 20 writers, each once and in one order', async () => {
  const start = 'ec_0'
  const readers = [1, 2, 3].map((number) => readAll(SEED + number, start))
  const [results] = await Promise.all([Promise.all(readers), writeAll()])
  const sequenced = await app.database.rows<{ id: string; taskId: string; taskVersion: number }>`
    /* testSequenced */
    select event.id, event.task_id, event.task_version
    from event_positions entry
    join events event on event.id = entry.event_id
    order by entry.position`
  expect(sequenced).toHaveLength(EVENT_COUNT)
  for (const { ids, cuts } of results) {
    expect(ids).toEqual(sequenced.map(({ id }) => toPublicId('tev', id)))
    expect(cuts).toBeGreaterThan(5)
  }
  const versions = new Map<string, number>()
  for (const { taskId, taskVersion } of sequenced) {
    expect(taskVersion).toBe((versions.get(taskId) ?? 1) + 1)
    versions.set(taskId, taskVersion)
  }
})
