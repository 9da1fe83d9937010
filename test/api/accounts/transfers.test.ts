import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Person, person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, type Named } from '../../support/story.ts'

const SUSPEND = 'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { __typename } }'
const RESTORE = 'mutation ($input: SuspendUserInput!) { restoreUser(input: $input) { __typename } }'
const SET_READINESS = /* GraphQL */ `
  mutation ($input: SetSandboxPayoutReadinessInput!) { setSandboxPayoutReadiness(input: $input) { __typename } }
`
const ONBOARD = 'mutation { startPayoutOnboarding(input: { returnUrl: "https://example.com" }) { __typename } }'

let app: TestApp
let ada: Person
let ben: Actor
let transfer: Named

beforeAll(async () => {
  app = await startApp()
  ada = await person(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  const anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  transfer = await anna.approves(task)
  // As a worker leaves it if the tasker is not ready.
  await app.prisma.transfer.update({ where: { id: transfer.uuid }, data: { dueAt: null } })
})

const isDue = async () => (await app.prisma.transfer.findUniqueOrThrow({ where: { id: transfer.uuid } })).dueAt !== null
const setReadiness = (readiness: string) => ada.send(SET_READINESS, { input: { userId: ben.id, readiness } })

test('a waiting transfer becomes due once its tasker is READY, and not before', async () => {
  for (const readiness of ['RESTRICTED', 'REJECTED', 'PENDING_VERIFICATION', 'NOT_STARTED']) {
    await setReadiness(readiness)
    expect(await isDue()).toBe(false)
  }
  await setReadiness('READY')
  expect(await isDue()).toBe(true)
})

test('a waiting transfer becomes due once its tasker has completed onboarding', async () => {
  await setReadiness('RESTRICTED')
  await ben.send(ONBOARD)
  expect(await isDue()).toBe(true)
})

test('a waiting transfer becomes due once the suspension of its tasker ends', async () => {
  const input = { userId: ben.id, reason: 'Spam' }
  await ada.send(SUSPEND, { input })
  expect(await isDue()).toBe(false)
  await ada.send(RESTORE, { input })
  expect(await isDue()).toBe(true)
})
