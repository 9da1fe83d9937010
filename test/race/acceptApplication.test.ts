import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  historyOf,
  type Outcome,
  taskRowOf,
  waitsForLock,
  whileHolding,
} from '../support/story.ts'

const ROUNDS = 10

let app: TestApp
let anna: Actor
let ben: Actor
let cleo: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  cleo = await actor(app, 'Cleo')
})
afterAll(async () => {
  await app.stop()
})

const isAccepted = ({ __typename }: Outcome) => __typename === 'AcceptTaskPayload'

test('exactly one of two concurrent acceptances succeeds', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    const applications = [await ben.applies(task), await cleo.applies(task)]
    const outcomes = await Promise.all(
      applications.map(({ id }) => anna.asks('acceptApplication', { applicationId: id })),
    )
    const { acceptedAt, version } = await taskRowOf(app, task)
    expect(version).toBe(2)
    expect(outcomes.filter(isAccepted)).toHaveLength(1)
    expect(outcomes.find((outcome) => !isAccepted(outcome))).toMatchObject({
      __typename: 'TaskAlreadyAcceptedError',
      acceptedAt: acceptedAt?.toISOString(),
    })
    const statuses = (await applicationRowsOf(app, task)).map(({ status }) => status)
    expect(statuses).toEqual(outcomes.map((outcome) => (isAccepted(outcome) ? 'ACCEPTED' : 'CLOSED')))
    expect((await historyOf(app, task)).filter((event) => event.startsWith('task.accepted'))).toHaveLength(1)
    expect(await app.prisma.chat.count({ where: { taskId: task.uuid } })).toBe(1)
  }
})

test('acceptApplication against withdrawApplication: accepted or withdrawn, never both', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    const application = await ben.applies(task)
    const input = { applicationId: application.id }
    const [accepted, withdrawn] = await Promise.all([
      anna.asks('acceptApplication', input),
      ben.asks('withdrawApplication', input),
    ])
    const row = await taskRowOf(app, task)
    const [applied] = await applicationRowsOf(app, task)
    if (isAccepted(accepted)) {
      expect(withdrawn).toMatchObject({ __typename: 'IllegalTransitionError', from: 'ACCEPTED' })
      expect(row).toMatchObject({ status: 'AWAITING_FUNDS', assigneeId: ben.uuid, applicationCount: 1 })
      expect(applied).toMatchObject({ status: 'ACCEPTED', version: 2 })
    } else {
      expect(accepted).toMatchObject({ __typename: 'IllegalTransitionError', from: 'WITHDRAWN' })
      expect(withdrawn.__typename).toBe('ApplicationPayload')
      expect(row).toMatchObject({ status: 'OPEN', assigneeId: null, version: 1, applicationCount: 0 })
      expect(applied).toMatchObject({ status: 'WITHDRAWN', version: 2 })
    }
  }
})

test('a concurrently suspended applicant is not accepted', async () => {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const dora = await actor(app, 'Dora')
  const application = await dora.applies(task)
  const suspend = 'update users set suspended_at = errand_now() where id = $1'
  await whileHolding(app, [suspend, dora.uuid], async (release) => {
    const accepting = anna.asks('acceptApplication', { applicationId: application.id })
    await waitsForLock(app, 'lockTaskerStanding')
    await release()
    expect(await accepting).toMatchObject({ __typename: 'NotFoundError', id: application.id })
  })
  expect(await taskRowOf(app, task)).toMatchObject({ status: 'OPEN', version: 1 })
})

test('acceptApplication against acceptTask: exactly one succeeds', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await anna.posts()
    const dora = await actor(app, 'Dora')
    const application = await ben.applies(task)
    const outcomes = await Promise.all([
      anna.asks('acceptApplication', { applicationId: application.id }),
      dora.asks('acceptTask', { taskId: task.id }),
    ])
    expect(outcomes.filter(isAccepted)).toHaveLength(1)
    const { assigneeId } = await taskRowOf(app, task)
    expect(assigneeId).toBe(isAccepted(outcomes[0]) ? ben.uuid : dora.uuid)
  }
})

test('thirty concurrent applicants get thirty arrival numbers, and one who applies ten times gets one', async () => {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const crowd = await Promise.all(Array.from({ length: 30 }, (_, index) => actor(app, `Applicant${index}`)))
  await Promise.all(crowd.map((applicant) => applicant.applies(task)))
  const arrivals = (await applicationRowsOf(app, task)).map(({ arrivalNumber }) => arrivalNumber)
  expect(arrivals).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))

  const outcomes = await Promise.all(Array.from({ length: 10 }, () => ben.asks('applyToTask', { taskId: task.id })))
  expect(outcomes.filter(({ __typename }) => __typename === 'ApplicationPayload')).toHaveLength(1)
  expect(outcomes.filter(({ __typename }) => __typename === 'AlreadyAppliedError')).toHaveLength(9)
  expect(await taskRowOf(app, task)).toMatchObject({ applicationCount: 31, lastArrivalNumber: 31, version: 1 })
})
