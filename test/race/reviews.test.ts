/** Reviews of both sides at once, twice the same side, and publication by the timer against the second review, on two servers. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient, ReviewTaskDocument, type ReviewTaskMutation } from '../../schema/sdk/index.ts'
import { reviewTimers } from '../../src/reviews/reviewTimers.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type SecondServer, secondServer } from '../support/servers/secondServer.ts'
import {
  type Actor,
  actor,
  historyOf,
  type Named,
  reviewsArePublished,
  timePasses,
  waitsForLock,
  whileHolding,
} from '../support/story.ts'

const ROUNDS = 30
const SEED = 20261130

let app: TestApp
let second: SecondServer
let urls: string[]
let anna: Actor
let ben: Actor

beforeAll(async () => {
  app = await startApp()
  second = await secondServer(app)
  urls = [await app.listen(), second.url]
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
})
afterAll(async () => {
  await second.stop()
  await app.stop()
})

async function completed(poster = anna, tasker = ben): Promise<Named> {
  const task = await poster.posts()
  await tasker.accepts(task)
  await poster.funds(task)
  await tasker.submits(task)
  await poster.approves(task)
  return task
}

/** Reviews on one of the servers, and returns the result. */
async function reviewOn(
  server: number,
  { accessToken }: Actor,
  { id: taskId }: Named,
  { rating = 4, idempotencyKey = randomUUID() as string } = {},
): Promise<ReviewTaskMutation['reviewTask']> {
  const client = createClient({ url: `${urls[server % urls.length]}/graphql`, token: accessToken })
  const { reviewTask } = await client.send(ReviewTaskDocument, { input: { taskId, rating, idempotencyKey } })
  return reviewTask
}

const reviewsOf = ({ uuid }: Named) => app.prisma.review.findMany({ where: { taskId: uuid }, orderBy: { id: 'asc' } })
const countOf = async (task: Named, type: string) =>
  (await historyOf(app, task)).filter((event) => event.startsWith(`${type} `)).length

async function deadlocks(): Promise<number> {
  const { rows } = await app.database.pool.query(
    'select deadlocks::integer from pg_stat_database where datname = current_database()',
  )
  return rows[0].deadlocks
}

async function expectRatingsToEqualARecount(): Promise<void> {
  const { rows } = await app.database.pool.query(`
    select person.id, rating_count, rating_sum, count(review.id)::integer as count, coalesce(sum(rating), 0)::integer as sum
    from users person
    left join reviews review on review.subject_id = person.id and review.status = 'PUBLISHED'
    group by person.id
    having rating_count <> count(review.id) or rating_sum <> coalesce(sum(rating), 0)`)
  expect(rows).toEqual([])
}

test('of both sides at once, the later one publishes both, once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await completed()
    const outcomes = await Promise.all([reviewOn(round, anna, task), reviewOn(round + 1, ben, task)])
    expect(outcomes.map(({ __typename }) => __typename)).toEqual(['ReviewPayload', 'ReviewPayload'])
    const reviews = await reviewsOf(task)
    expect(reviews.map(({ status }) => status)).toEqual(['PUBLISHED', 'PUBLISHED'])
    expect(reviews[0]?.publishedAt).toEqual(reviews[1]?.publishedAt)
    // The payload is read after the commit, so the first of the two may show either.
    expect(outcomes.some((outcome) => outcome.__typename === 'ReviewPayload' && outcome.review.publishedAt)).toBe(true)
    expect(await countOf(task, 'task.reviewed')).toBe(2)
    expect(await countOf(task, 'task.reviews_published')).toBe(1)
  }
  await expectRatingsToEqualARecount()
})

test('ten reviews of the same side at once are one', async () => {
  for (let round = 0; round < ROUNDS / 3; round++) {
    const task = await completed()
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        reviewOn(index, anna, task, { idempotencyKey: `${task.id} ${index % 5}`, rating: 1 + (index % 5) }),
      ),
    )
    // Each key was sent twice: the winner's second answer is its first one again.
    const written = outcomes.flatMap((outcome) => (outcome.__typename === 'ReviewPayload' ? [outcome] : []))
    expect(written.map(({ replayed }) => replayed).sort()).toEqual([false, true])
    expect(outcomes.filter(({ __typename }) => __typename === 'IllegalTransitionError')).toHaveLength(8)
    expect(await reviewsOf(task)).toMatchObject([{ status: 'BLIND', rating: written[0]?.review.rating }])
    expect(await countOf(task, 'task.reviewed')).toBe(1)
  }
})

test('a review that waits for the task until the window has closed is refused', async () => {
  await timePasses(app, '336 hours')
  await reviewsArePublished(app)
  const task = await completed()
  await ben.reviews(task)
  await whileHolding(app, ['select from tasks where id = $1 for update', task.uuid], async (release) => {
    const late = reviewOn(0, anna, task)
    await waitsForLock(app, 'lockTaskRow')
    await timePasses(app, '336 hours')
    // The timer does not wait for the task; the next sweep publishes.
    expect(await reviewsArePublished(app)).toBe(0)
    await release()
    expect(await late).toMatchObject({ __typename: 'IllegalTransitionError', allowed: [] })
  })
  expect(await reviewsArePublished(app)).toBe(1)
  expect(await reviewsOf(task)).toMatchObject([{ status: 'PUBLISHED' }])
})

test('when the window closes, the timer publishes the first review, or the second one both, once', async () => {
  const random = seededRandom(SEED)
  const seen = { byTime: 0, bySecond: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    const task = await completed()
    await ben.reviews(task)
    await app.database.pool.query(
      `update sandbox.clock
      set ahead_by = ahead_by + (select window_closes_at from reviews where task_id = $1) - errand_now() - interval '40 ms'`,
      [task.uuid],
    )
    let isOver = false
    const sweep = async (server: { work: TestApp['work'] }) => {
      while (!isOver) for (const timer of reviewTimers) await timer.runDue(server.work, 10)
    }
    const sweeps = [app, second].map(sweep)
    await pause(random() * 60)
    const outcome = await reviewOn(round, anna, task)
    await expect.poll(async () => (await reviewsOf(task)).every(({ status }) => status === 'PUBLISHED')).toBe(true)
    isOver = true
    await Promise.all(sweeps)
    const reviews = await reviewsOf(task)
    if (outcome.__typename === 'ReviewPayload') {
      seen.bySecond++
      expect(reviews).toHaveLength(2)
      expect(reviews[0]?.publishedAt).toEqual(reviews[1]?.publishedAt)
    } else {
      seen.byTime++
      expect(outcome.__typename).toBe('IllegalTransitionError')
      expect(reviews).toHaveLength(1)
    }
    expect(await countOf(task, 'task.reviews_published')).toBe(1)
  }
  expect(seen.byTime, `seed ${SEED}`).toBeGreaterThan(0)
  expect(seen.bySecond, `seed ${SEED}`).toBeGreaterThan(0)
  await expectRatingsToEqualARecount()
})

test('publications about the same two people in both directions do not deadlock', async () => {
  const before = await deadlocks()
  const tasks: Named[] = []
  for (let index = 0; index < 24; index++) {
    tasks.push(await (index % 2 === 0 ? completed(anna, ben) : completed(ben, anna)))
  }
  await Promise.all(tasks.map((task, index) => (index % 3 === 0 ? anna : ben).reviews(task)))
  await Promise.all(
    tasks.map(async (task, index) => {
      const outcome = await reviewOn(index, index % 3 === 0 ? ben : anna, task)
      expect(outcome.__typename).toBe('ReviewPayload')
    }),
  )
  for (const task of tasks)
    expect(await reviewsOf(task)).toMatchObject([{ status: 'PUBLISHED' }, { status: 'PUBLISHED' }])
  expect(await deadlocks()).toBe(before)
  await expectRatingsToEqualARecount()
})
