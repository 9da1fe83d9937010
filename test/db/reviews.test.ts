/** What the database refuses of reviews and ratings, also from psql. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../support/publicIds.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type Actor, actor, everything, type Named, reviewsArePublished, timePasses } from '../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let completed: Named
let submitted: Named

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  submitted = await inWork()
  completed = await makeCompleted()
})
afterAll(async () => {
  await app.stop()
})

async function inWork(): Promise<Named> {
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  return task
}

async function makeCompleted(): Promise<Named> {
  const task = await inWork()
  await anna.approves(task)
  return task
}

const ratings = async () =>
  (await app.database.pool.query('select id, rating_count, rating_sum from users order by id')).rows

/** Finds that the statement fails by the constraint of this name, at once or at the commit, and changes nothing. */
async function refuses(constraint: string, statement: string, values: unknown[] = []): Promise<void> {
  const before = [await everything(app), await ratings()]
  await expect(app.database.pool.query(statement, values)).rejects.toMatchObject({ constraint })
  expect([await everything(app), await ratings()]).toEqual(before)
}

interface ReviewColumns {
  task_id: string
  author_id: string
  subject_id: string
  status: string
  rating: unknown
  comment: string | null
  created_at: string
  window_closes_at: string
  published_at: string | null
}

/** An insert of a valid review by anna of the completed task, but for these columns, which are SQL. */
function insert(changes: Partial<Record<keyof ReviewColumns, string>>, { uuid }: Named = completed): string {
  const columns = {
    id: `'${newId()}'`,
    task_id: `'${uuid}'`,
    author_id: `'${anna.uuid}'`,
    subject_id: `'${ben.uuid}'`,
    rating: '5',
    created_at: 'errand_now()',
    window_closes_at: `(select completed_at + interval '336 hours' from tasks where id = '${uuid}')`,
    ...changes,
  }
  return `insert into reviews (${Object.keys(columns).join(', ')}) values (${Object.values(columns).join(', ')})`
}

describe('the database refuses', () => {
  test.each([
    ['a_rating_is_from_1_to_5', { rating: '0' }],
    ['a_rating_is_from_1_to_5', { rating: '6' }],
    ['a_comment_has_1_to_2000_characters', { comment: `''` }],
    ['a_comment_has_1_to_2000_characters', { comment: `repeat('a', 2001)` }],
    ['a_review_begins_blind', { status: `'PUBLISHED'`, published_at: 'errand_now()' }],
    ['a_published_review_has_its_time', { published_at: 'errand_now()' }],
    ['a_window_for_reviews_closes_14_days_after_completion', { window_closes_at: `errand_now() + interval '1 year'` }],
    ['a_window_for_reviews_closes_14_days_after_completion', { window_closes_at: 'errand_now()' }],
    ['a_review_is_written_after_completion', { created_at: `errand_now() - interval '1 day'` }],
    ['a_review_is_written_before_its_window_closes', { created_at: `errand_now() + interval '14 days'` }],
  ])('%s: %j', async (constraint, changes) => {
    await refuses(constraint, insert(changes))
  })

  test('reviews of oneself and of others than the other side', async () => {
    const sam = await actor(app, 'Sam')
    const constraint = 'a_review_is_by_one_side_of_a_task_about_the_other'
    await refuses(constraint, insert({ subject_id: `'${anna.uuid}'` }))
    await refuses(constraint, insert({ subject_id: `'${sam.uuid}'` }))
    await refuses(constraint, insert({ author_id: `'${sam.uuid}'` }))
    await refuses(constraint, insert({ author_id: `'${ben.uuid}'` }))
  })

  test('a review of a task that is not completed', async () => {
    await refuses(
      'a_review_is_of_a_completed_task',
      insert({ window_closes_at: `errand_now() + interval '336 hours'` }, submitted),
    )
    await refuses('a_review_is_of_a_completed_task', insert({ task_id: `'${newId()}'`, window_closes_at: 'now()' }))
  })

  test('a second review of the same side', async () => {
    const task = await makeCompleted()
    await anna.reviews(task)
    await refuses('a_side_reviews_a_task_once', insert({}, task))
  })

  test('a blind review that is published before its time', async () => {
    const task = await makeCompleted()
    const { uuid } = await anna.reviews(task)
    await refuses(
      'a_review_is_blind_until_both_are_in_or_its_window_has_closed',
      `update reviews set status = 'PUBLISHED', published_at = errand_now() where id = $1`,
      [uuid],
    )
  })

  test('two reviews that stay blind, or of which one is published', async () => {
    const task = await makeCompleted()
    await anna.reviews(task)
    const second = insert({ author_id: `'${ben.uuid}'`, subject_id: `'${anna.uuid}'` }, task)
    await refuses('reviews_of_both_sides_are_published', second)
    await refuses(
      'reviews_of_both_sides_are_published',
      `${second};
      update reviews set status = 'PUBLISHED', published_at = errand_now() where task_id = '${task.uuid}' and author_id = '${anna.uuid}'`,
    )
  })

  test('a changed, hidden, deleted or truncated review', async () => {
    const task = await makeCompleted()
    const blind = await anna.reviews(await makeCompleted())
    const { uuid } = await anna.reviews(task, { rating: 2, comment: 'Late.' })
    await ben.reviews(task)
    for (const id of [uuid, blind.uuid]) {
      await refuses('a_review_is_never_changed', 'update reviews set rating = 1 where id = $1', [id])
      await refuses('a_review_is_never_changed', `update reviews set comment = 'Great.' where id = $1`, [id])
      await refuses('a_review_is_never_changed', 'update reviews set subject_id = author_id where id = $1', [id])
      await refuses(
        'a_review_is_never_changed',
        `update reviews set window_closes_at = window_closes_at - interval '14 days' where id = $1`,
        [id],
      )
      await refuses('a_review_is_never_changed', 'delete from reviews where id = $1', [id])
    }
    await refuses(
      'a_review_is_never_changed',
      `update reviews set published_at = published_at + interval '1 day' where id = $1`,
      [uuid],
    )
    await refuses(
      'a_review_follows_its_life_cycle',
      `update reviews set status = 'BLIND', published_at = null where id = $1`,
      [uuid],
    )
    await refuses('a_published_review_has_its_time', `update reviews set status = 'PUBLISHED' where id = $1`, [
      blind.uuid,
    ])
    await refuses('a_review_is_never_changed', 'truncate reviews')
  })

  test('a rating without its review', async () => {
    const constraint = 'ratings_follow_from_published_reviews'
    await refuses(constraint, 'update users set rating_count = 100, rating_sum = 500 where id = $1', [ben.uuid])
    await refuses(constraint, 'update users set rating_sum = rating_sum + 1 where id = $1', [ben.uuid])
    await refuses(
      constraint,
      `
      insert into users (id, email, display_name, password_hash, created_at, rating_count, rating_sum)
      values ($1, 'eve@example.com', 'Eve', '', errand_now(), 9, 45)`,
      [newId()],
    )
    // Past the trigger, as an owner of the table could, the sum still fits the count.
    await refuses(
      'a_sum_of_ratings_fits_their_number',
      `
      alter table users disable trigger ratings_follow_from_published_reviews;
      update users set rating_count = 1, rating_sum = 6 where id = '${ben.uuid}'`,
    )
  })
})

test('reviews that are written from psql publish by the same rules and are in the ratings', async () => {
  const task = await makeCompleted()
  const [ratingOfBen] = (await ratings()).filter(({ id }) => id === ben.uuid)
  await app.database.pool.query(`
    begin;
    ${insert({ rating: '3' }, task)};
    ${insert({ author_id: `'${ben.uuid}'`, subject_id: `'${anna.uuid}'` }, task)};
    update reviews set status = 'PUBLISHED', published_at = errand_now() where task_id = '${task.uuid}';
    commit`)
  expect((await ratings()).filter(({ id }) => id === ben.uuid)).toMatchObject([
    { rating_count: ratingOfBen.rating_count + 1, rating_sum: ratingOfBen.rating_sum + 3 },
  ])
})

test('two reviews from psql at once wait for each other, so they cannot both stay blind', async () => {
  const task = await makeCompleted()
  const outcomes = await Promise.allSettled(
    [insert({}, task), insert({ author_id: `'${ben.uuid}'`, subject_id: `'${anna.uuid}'` }, task)].map((statement) =>
      app.database.pool.query(statement),
    ),
  )
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { constraint: 'reviews_of_both_sides_are_published' },
  })
})

test('ratings equal a recount', async () => {
  await timePasses(app, '15 days')
  await reviewsArePublished(app)
  const { rows } = await app.database.pool.query(`
    select person.id, rating_count, rating_sum, count(review.id)::integer as count, coalesce(sum(rating), 0)::integer as sum
    from users person
    left join reviews review on review.subject_id = person.id and review.status = 'PUBLISHED'
    group by person.id`)
  expect(rows.some(({ count }) => count > 2)).toBe(true)
  for (const { rating_count, rating_sum, count, sum } of rows) expect([rating_count, rating_sum]).toEqual([count, sum])
})
