import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import {
  type Actor,
  actor,
  expectRefusal,
  historyOf,
  type Named,
  reviewsArePublished,
  taskRowOf,
  timePasses,
} from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let sam: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  sam = await actor(app, 'Sam')
})
afterAll(async () => {
  await app.stop()
})

async function submitted(): Promise<Named> {
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  return task
}

async function completed(): Promise<Named> {
  const task = await submitted()
  await anna.approves(task)
  return task
}

const reviewRows = ({ uuid }: Named) => app.prisma.review.findMany({ where: { taskId: uuid }, orderBy: { id: 'asc' } })

const eventsOf = async (task: Named) => (await historyOf(app, task)).filter((event) => event.includes('review'))

async function ratingOf({ id }: Actor): Promise<{ average: string | null; count: number }> {
  const { user } = await ask<{ user: { rating: { average: string | null; count: number } } }>(
    sam,
    'query ($id: ID!) { user(id: $id) { rating { average count } } }',
    { id },
  )
  return user.rating
}

test('the first review is blind, and the second publishes both', async () => {
  const task = await completed()
  const { version, updatedAt } = await taskRowOf(app, task)

  const first = await anna.does('reviewTask', { taskId: task.id, rating: 4, comment: '  Neat work. ' })
  expect(first).toMatchObject({
    replayed: false,
    review: {
      rating: 4,
      comment: 'Neat work.',
      publishedAt: null,
      author: { id: anna.id },
      subject: { id: ben.id },
    },
  })
  expect(await ratingOf(ben)).toEqual({ average: null, count: 0 })
  expect(await eventsOf(task)).toEqual([`task.reviewed ${version}`])

  const second = await ben.does('reviewTask', { taskId: task.id, rating: 5 })
  const rows = await reviewRows(task)
  expect(rows).toMatchObject([
    { status: 'PUBLISHED', authorId: anna.uuid, subjectId: ben.uuid },
    { status: 'PUBLISHED', authorId: ben.uuid, subjectId: anna.uuid, comment: null },
  ])
  expect(rows[0]?.publishedAt).toEqual(rows[1]?.publishedAt)
  expect(second).toMatchObject({ review: { publishedAt: rows[1]?.publishedAt?.toISOString() } })
  expect(await ratingOf(ben)).toEqual({ average: '4.00', count: 1 })
  expect(await ratingOf(anna)).toEqual({ average: '5.00', count: 1 })
  expect(await eventsOf(task)).toEqual([
    `task.reviewed ${version}`,
    `task.reviewed ${version}`,
    `task.reviews_published ${version}`,
  ])
  // The task itself has not changed, so its version does not tell of a blind review.
  expect(await taskRowOf(app, task)).toMatchObject({ version, updatedAt })
})

test('a review without a counterpart is published when the window closes', async () => {
  const task = await completed()
  const before = await ratingOf(anna)
  await ben.reviews(task, { rating: 2 })
  await timePasses(app, '335 hours 59 minutes')
  expect(await reviewsArePublished(app)).toBe(0)
  expect(await reviewRows(task)).toMatchObject([{ status: 'BLIND', publishedAt: null }])
  await timePasses(app, '1 minute')
  expect(await reviewsArePublished(app)).toBe(1)
  expect(await reviewsArePublished(app)).toBe(0)
  const [review] = await reviewRows(task)
  expect(review?.status).toBe('PUBLISHED')
  expect(review?.publishedAt?.getTime()).toBeGreaterThanOrEqual(review?.windowClosesAt.getTime() ?? Number.NaN)
  expect(await ratingOf(anna)).toMatchObject({ count: before.count + 1 })
  expect(await eventsOf(task)).toEqual(['task.reviewed 5', 'task.reviews_published 5'])
})

test('the sandbox clock publishes a review', async () => {
  const task = await completed()
  await anna.reviews(task)
  const admin = await actor(app, 'Al', 'ADMIN')
  await ask(admin, 'mutation { advanceSandboxClock(input: { by: "P15D" }) { __typename } }')
  expect(await reviewRows(task)).toMatchObject([{ status: 'PUBLISHED' }])
})

test('a disputed task that ends COMPLETED can be reviewed', async () => {
  const disputed = await submitted()
  const dispute = await anna.disputes(disputed)
  await expectRefusal(app, anna, 'reviewTask', { taskId: disputed.id, rating: 1 }, { from: 'DISPUTED' })
  const finance = await actor(app, 'Fay', 'FINANCE')
  await finance.does('resolveDispute', {
    disputeId: dispute.id,
    toTasker: { amount: '5', currencyCode: 'EUR' },
    note: 'A part is done.',
    idempotencyKey: randomUUID(),
  })
  await anna.reviews(disputed)
  await ben.reviews(disputed)
  expect(await reviewRows(disputed)).toMatchObject([{ status: 'PUBLISHED' }, { status: 'PUBLISHED' }])
})

test('the same request under the same key reviews once', async () => {
  const task = await completed()
  const input = { taskId: task.id, rating: 3, comment: 'Fine.', idempotencyKey: randomUUID() }
  const first = await anna.does('reviewTask', input)
  const second = await anna.does('reviewTask', input)
  expect(second).toEqual({ ...first, replayed: true })
  expect(await reviewRows(task)).toHaveLength(1)
  await expectRefusal(app, anna, 'reviewTask', { ...input, rating: 4 }, { code: 'IDEMPOTENCY_KEY_REUSED' })
  await ben.reviews(task)
  // A replay shows the review as it is now.
  expect(await anna.does('reviewTask', input)).toMatchObject({
    replayed: true,
    review: { publishedAt: expect.any(String) },
  })
})

test('strangers do not find the task, and applicants may not review it', async () => {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const applicant = await actor(app, 'Ada')
  await applicant.applies(task)
  await anna.accepts(await ben.applies(task))
  await anna.funds(task)
  await ben.submits(task)
  await anna.approves(task)
  await expectRefusal(app, sam, 'reviewTask', { taskId: task.id, rating: 5 }, { code: 'NOT_FOUND', id: task.id })
  await expectRefusal(
    app,
    applicant,
    'reviewTask',
    { taskId: task.id, rating: 5 },
    {
      code: 'FORBIDDEN',
      message: 'Only the poster and the assignee of the task can do this.',
    },
  )
  for (const role of ['FINANCE', 'ADMIN'] as const) {
    const staff = await actor(app, 'Fay', role)
    await expectRefusal(app, staff, 'reviewTask', { taskId: task.id, rating: 5 }, { code: 'FORBIDDEN' })
  }
  for (const taskId of ['tsk_0', anna.id, '']) {
    await expectRefusal(app, anna, 'reviewTask', { taskId, rating: 5 }, { code: 'NOT_FOUND' })
  }
})

test('a former tasker and a suspended poster may not review', async () => {
  const task = await anna.posts()
  const former = await actor(app, 'Flo')
  await former.accepts(task)
  await former.withdrawsFrom(task)
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  await anna.approves(task)
  await expectRefusal(app, former, 'reviewTask', { taskId: task.id, rating: 1 }, { code: 'FORBIDDEN' })
  await app.prisma.user.update({ where: { id: anna.uuid }, data: { suspendedAt: new Date() } })
  // The caller is cached for three seconds, so the rule itself must refuse.
  const outcome = await anna.asks('reviewTask', { taskId: task.id, rating: 1 }).catch((error: Error) => error.message)
  await app.prisma.user.update({ where: { id: anna.uuid }, data: { suspendedAt: null } })
  expect(JSON.stringify(outcome)).toMatch(/ACCOUNT_SUSPENDED|UNAUTHENTICATED/)
  expect(await reviewRows(task)).toEqual([])
})

test.each([
  ['DRAFT', () => anna.drafts()],
  ['OPEN', () => anna.posts()],
  ['SUBMITTED', submitted],
])('too early: in %s', async (from, make) => {
  const task = await make()
  await expectRefusal(
    app,
    anna,
    'reviewTask',
    { taskId: task.id, rating: 5 },
    {
      __typename: 'IllegalTransitionError',
      from,
      action: 'reviewTask',
      message: expect.stringContaining('A task can be reviewed only after its completion, for 14 days.'),
    },
  )
})

test('a canceled task is never reviewed', async () => {
  const task = await anna.posts()
  await anna.cancels(task)
  await expectRefusal(app, anna, 'reviewTask', { taskId: task.id, rating: 5 }, { from: 'CANCELED', allowed: [] })
})

test('too late: from 14 days after the completion on', async () => {
  const task = await completed()
  await timePasses(app, '336 hours')
  await expectRefusal(
    app,
    anna,
    'reviewTask',
    { taskId: task.id, rating: 5 },
    {
      from: 'COMPLETED',
      allowed: [],
      message: 'The task was completed more than 14 days ago, so it can no longer be reviewed.',
    },
  )
})

test('twice: the second review of the same side is refused, blind or published, in time or late', async () => {
  const task = await completed()
  const again = { from: 'COMPLETED', message: 'You have already reviewed this task. A review cannot be changed.' }
  await anna.reviews(task)
  await expectRefusal(app, anna, 'reviewTask', { taskId: task.id, rating: 1 }, again)
  await ben.reviews(task)
  await expectRefusal(app, anna, 'reviewTask', { taskId: task.id, rating: 1 }, again)
  await timePasses(app, '337 hours')
  await expectRefusal(app, ben, 'reviewTask', { taskId: task.id, rating: 1 }, again)
})

test.each([0, 6, -1, 2_147_483_647])('the rating %d is refused', async (rating) => {
  const task = await completed()
  await expectRefusal(
    app,
    anna,
    'reviewTask',
    { taskId: task.id, rating },
    {
      code: 'VALIDATION_FAILED',
      fields: [{ path: ['input', 'rating'], message: 'The rating must be between 1 and 5.' }],
    },
  )
})

test.each([4.5, '4', null, 2_147_483_648])('the rating %j is no Int', async (rating) => {
  const task = await completed()
  const { errors } = await anna.send(
    'mutation ($input: ReviewTaskInput!) { reviewTask(input: $input) { __typename } }',
    { input: { taskId: task.id, rating } },
  )
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  const literal = await anna.send(
    `mutation { reviewTask(input: { taskId: "${task.id}", rating: ${JSON.stringify(rating)} }) { __typename } }`,
  )
  expect(literal.errors).toHaveLength(1)
  expect(await reviewRows(task)).toEqual([])
})

test('a comment has visible text of at most 2000 characters, or is absent', async () => {
  const task = await completed()
  for (const comment of ['', '  ', '\u200b', 'a'.repeat(2_001), 'a\u0000b']) {
    await expectRefusal(app, anna, 'reviewTask', { taskId: task.id, rating: 5, comment }, { code: 'VALIDATION_FAILED' })
  }
  const comment = '😀'.repeat(2_000)
  expect(await anna.does('reviewTask', { taskId: task.id, rating: 5, comment })).toMatchObject({ review: { comment } })
  expect(await ben.does('reviewTask', { taskId: task.id, rating: 5, comment: null })).toMatchObject({
    review: { comment: null },
  })
})

test('availableActions says what reviewTask would answer', async () => {
  const query = `query ($id: ID!) { task(id: $id) { availableActions { action allowed blockedBy { __typename message } } } }`
  const review = async (viewer: Actor, { id }: Named) => {
    const { task } = await ask<{ task: { availableActions: { action: string; blockedBy: unknown }[] } }>(
      viewer,
      query,
      { id },
    )
    return task.availableActions.find(({ action }) => action === 'REVIEW')
  }
  const refusal = async (viewer: Actor, task: Named) => {
    const { __typename, message } = await viewer.asks('reviewTask', { taskId: task.id, rating: 5 })
    return { action: 'REVIEW', allowed: false, blockedBy: { __typename, message } }
  }
  const task = await submitted()
  expect(await review(anna, task)).toEqual(await refusal(anna, task))
  await anna.approves(task)
  for (const side of [anna, ben]) {
    expect(await review(side, task)).toEqual({ action: 'REVIEW', allowed: true, blockedBy: null })
  }
  await anna.reviews(task)
  expect(await review(anna, task)).toEqual(await refusal(anna, task))
  expect(await review(ben, task)).toEqual({ action: 'REVIEW', allowed: true, blockedBy: null })
  const staff = await actor(app, 'Fay', 'FINANCE')
  expect(await review(staff, task)).toEqual(await refusal(staff, task))
  await timePasses(app, '336 hours')
  expect(await review(ben, task)).toEqual(await refusal(ben, task))
  expect(await review(anna, task)).toEqual(await refusal(anna, task))
})
