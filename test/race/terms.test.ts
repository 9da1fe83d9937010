/** No race binds a person to terms, a price or a person that they have not agreed to. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  type Named,
  type Outcome,
  taskRowOf,
  waitsForLock,
  whileHolding,
} from '../support/story.ts'

const ROUNDS = 10

let app: TestApp
let anna: Actor
let ben: Actor
let ada: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ada = await actor(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  const health = await ask<{ ledgerHealth: object }>(ada, '{ ledgerHealth { ok } }')
  await app.stop()
  expect(health).toEqual({ ledgerHealth: { ok: true } })
})
beforeEach(async () => {
  ben = await actor(app, 'Ben')
})

const eurosOf = (amount: string) => ({ amount, currencyCode: 'EUR' })
const isPayload = ({ __typename }: Outcome) => __typename.endsWith('Payload')
const suspends = async ({ id }: Actor): Promise<Outcome> => {
  const mutation = 'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { __typename } }'
  const input = { userId: id, reason: 'Spam.' }
  return (await ask<{ suspendUser: Outcome }>(ada, mutation, { input })).suspendUser
}
const LOCK_TASK = 'select from tasks where id = $1 for update'

/** Queues requests at the lock of the task in this order, and returns their outcomes. */
async function inLockOrder(task: Named, ...requests: [() => Promise<Outcome>, string][]): Promise<Outcome[]> {
  const outcomes: Promise<Outcome>[] = []
  await whileHolding(app, [LOCK_TASK, task.uuid], async (release) => {
    for (const [request, statement] of requests) {
      outcomes.push(request())
      await waitsForLock(app, statement)
    }
    await release()
  })
  return Promise.all(outcomes)
}

test('acceptApplication against updateTask: binds the applicant to the old terms, or is refused', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE', title: 'Paint a small wall' })
    const application = await ben.applies(task)
    const [accepted, updated] = await Promise.all([
      anna.asks('acceptApplication', { applicationId: application.id }),
      anna.asks('updateTask', { taskId: task.id, expectedVersion: 1, title: 'Paint the house' }),
    ])
    const { status, title, termsVersion } = await taskRowOf(app, task)
    const [row] = await applicationRowsOf(app, task)
    expect([accepted, updated].filter(isPayload)).toHaveLength(1)
    if (isPayload(accepted)) {
      expect([status, title]).toEqual(['AWAITING_FUNDS', 'Paint a small wall'])
      expect(updated.__typename).toBe('StaleVersionError')
    } else {
      expect(accepted).toMatchObject({ __typename: 'TermsChangedError', application: { id: application.id } })
      expect([status, title, row?.status]).toEqual(['OPEN', 'Paint the house', 'PENDING'])
    }
    expect(isPayload(accepted)).toBe((row?.taskVersion ?? 0) >= termsVersion)
  }
})

test('an acceptance that waits for an update sees its changes', async () => {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const application = await ben.applies(task)
  const [updated, accepted] = await inLockOrder(
    task,
    [() => anna.asks('updateTask', { taskId: task.id, expectedVersion: 1, budget: eurosOf('5.00') }), 'lockTaskRow'],
    [() => anna.asks('acceptApplication', { applicationId: application.id }), 'lockTaskOfApplication'],
  )
  expect([updated?.__typename, accepted?.__typename]).toEqual(['TaskPayload', 'TermsChangedError'])
})

test('acceptTask against updateTask: accepts the expected version, or nothing', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await anna.posts()
    const tasker = await actor(app, `Tasker${round}`)
    const [accepted, updated] = await Promise.all([
      tasker.asks('acceptTask', { taskId: task.id, expectedVersion: 1 }),
      anna.asks('updateTask', { taskId: task.id, expectedVersion: 1, description: 'All four sides.' }),
    ])
    expect([accepted, updated].filter(isPayload)).toHaveLength(1)
    const { status, description } = await taskRowOf(app, task)
    if (isPayload(accepted))
      expect([status, description]).toEqual(['AWAITING_FUNDS', 'Twenty metres, white, one coat.'])
    else {
      expect(accepted).toMatchObject({ __typename: 'StaleVersionError', expected: 1, actual: 2 })
      expect([status, await applicationRowsOf(app, task)]).toEqual(['OPEN', []])
    }
  }
})

test('acceptApplication against updateApplication: one of both, at the expected version', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    const application = await ben.applies(task)
    const [accepted, updated] = await Promise.all([
      anna.asks('acceptApplication', { applicationId: application.id, expectedVersion: 1 }),
      ben.asks('updateApplication', {
        applicationId: application.id,
        expectedTaskVersion: 1,
        price: eurosOf('40.00'),
      }),
    ])
    expect([accepted, updated].filter(isPayload)).toHaveLength(1)
    const { status, agreedPriceMinor } = await taskRowOf(app, task)
    const [row] = await applicationRowsOf(app, task)
    if (isPayload(accepted)) {
      expect(updated?.__typename).toBe('StaleVersionError')
      expect([status, agreedPriceMinor, row?.priceMinor]).toEqual(['AWAITING_FUNDS', 2000n, 2000n])
    } else {
      expect(accepted).toMatchObject({ __typename: 'StaleVersionError', expected: 1, actual: 2 })
      expect([status, agreedPriceMinor, row?.priceMinor]).toEqual(['OPEN', null, 4000n])
    }
  }
})

test('fundTask against suspendUser: funded work, or held money for an open task', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await anna.posts()
    const tasker = await actor(app, `Suspect${round}`)
    await tasker.accepts(task)
    const funding = { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() }
    const [suspended] = await Promise.all([suspends(tasker), anna.asks('fundTask', funding)])
    expect(suspended?.__typename).toBe('UserPayload')
    const { status, assigneeId } = await taskRowOf(app, task)
    expect([
      ['ASSIGNED', tasker.uuid],
      ['OPEN', null],
    ]).toContainEqual([status, assigneeId])
    const holds = await app.prisma.hold.findMany({ where: { taskId: task.uuid } })
    expect(holds).toMatchObject([{ status: 'HELD', remainingMinor: 2000n }])
  }
})

test('acceptTask against suspendUser: no suspended person has a task', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const tasks = await Promise.all(Array.from({ length: 3 }, () => anna.posts()))
    const tasker = await actor(app, `Suspect${round}`)
    await Promise.all([...tasks.map(({ id }) => tasker.asks('acceptTask', { taskId: id })), suspends(tasker)])
    for (const task of tasks) {
      expect(await taskRowOf(app, task)).toMatchObject({ status: 'OPEN', assigneeId: null })
    }
  }
})

test('a concurrent suspension of the poster hides the task from the accepting tasker', async () => {
  const dora = await actor(app, 'Dora')
  const task = await dora.posts()
  const suspend = 'update users set suspended_at = errand_now() where id = $1'
  await whileHolding(app, [suspend, dora.uuid], async (release) => {
    const request = ben.asks('acceptTask', { taskId: task.id })
    await waitsForLock(app, 'lockStandings')
    await release()
    expect(await request).toMatchObject({ __typename: 'NotFoundError', id: task.id })
  })
  expect(await taskRowOf(app, task)).toMatchObject({ status: 'OPEN', version: 1 })
})

test.each([
  ['publishTask', () => ({}), () => anna.drafts(invitation())],
  ['fundTask', () => ({ paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() }), () => anna.posts(invitation())],
] as const)('%s detects a concurrent suspension of the invitee', async (mutation, fields, make) => {
  const task = await make()
  const suspend = 'update users set suspended_at = errand_now() where id = $1'
  await whileHolding(app, [suspend, ben.uuid], async (release) => {
    const request = anna.asks(mutation, { taskId: task.id, ...fields() })
    await waitsForLock(app, 'lockStandings')
    await release()
    expect(await request).toMatchObject({ __typename: 'IllegalTransitionError', action: mutation })
  })
  expect(await taskRowOf(app, task)).toMatchObject({ version: 1 })
})

test('fundTask detects a concurrent suspension of its poster', async () => {
  const dora = await actor(app, 'Dora')
  const task = await dora.posts()
  const suspend = 'update users set suspended_at = errand_now() where id = $1'
  await whileHolding(app, [suspend, dora.uuid], async (release) => {
    const request = dora.asks('fundTask', { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() })
    await waitsForLock(app, 'lockStandings')
    await release()
    expect(await request).toMatchObject({ __typename: 'ForbiddenError', code: 'ACCOUNT_SUSPENDED' })
  })
  expect(await app.prisma.hold.count({ where: { taskId: task.uuid } })).toBe(0)
})

function invitation() {
  return { acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id }
}
