import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, createClient, SetAgentAvailabilityDocument } from '../../schema/sdk/index.ts'
import { startSweep } from '../../src/background/sweep.ts'
import type { Repetition } from '../../src/domain/repeat.ts'
import { closeService, expectCountsToBeRight } from '../support/customerService.ts'
import { signedIn } from '../support/people.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type SecondServer, secondServer } from '../support/servers/secondServer.ts'
import { expectFirstInFirstOut, runQueueScenario } from '../support/worlds/queueScenario.ts'

const AGENTS = 8
const CUSTOMERS = 60

let app: TestApp
let second: SecondServer
let urls: string[]
let sweep: Repetition

beforeAll(async () => {
  app = await startApp()
  second = await secondServer(app)
  urls = [await app.listen(), second.url]
  sweep = startSweep({ work: app.work, timers: app.timers })
})
afterAll(async () => {
  await sweep.stop()
  await second.stop()
  await app.stop()
})

const clientOn = (index: number, token: string): Client =>
  createClient({ url: `${urls[index % urls.length]}/graphql`, token })

test('on two servers no chat is assigned twice, none starves, and no agent exceeds their capacity', async () => {
  const random = seededRandom(7)
  const agents = await Promise.all(
    Array.from({ length: AGENTS }, async (_, index) => {
      const { accessToken, uuid } = await signedIn(app, 'Agent', 'AGENT')
      return { client: clientOn(index, accessToken), uuid, capacity: 1 + (index % 4) }
    }),
  )
  const customers = await Promise.all(
    Array.from({ length: CUSTOMERS }, async (_, index) =>
      clientOn(index, (await signedIn(app, 'Customer')).accessToken),
    ),
  )
  const { database } = app
  const figures = await runQueueScenario({ random, database, agents, customers, arriveWithinMs: 500, idleMs: 50 })
  expect(figures.chats).toBe(CUSTOMERS)
  expect(figures.claimed + figures.assignedAutomatically).toBe(CUSTOMERS)
  await expectCountsToBeRight(app)
})

test('waiting customers are served in order on either server', async () => {
  await closeService(app)
  const { accessToken } = await signedIn(app, 'Agent', 'AGENT')
  const agents = urls.map((_, index) => clientOn(index, accessToken))
  await agents[0]?.send(SetAgentAvailabilityDocument, { input: { availability: 'BUSY', capacity: 12 } })
  const customers = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => clientOn(index, (await signedIn(app, 'Customer')).accessToken)),
  )
  await expect(expectFirstInFirstOut(customers, agents)).resolves.toBeUndefined()
})
