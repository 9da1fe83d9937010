/** Ratings without a recount, and the pages of the reviews about a person. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ratingOf } from '../../../src/domain/rating.ts'
import { anonymousCaller, ask } from '../../support/ask.ts'
import { seededRandom } from '../../support/seededRandom.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, type Named, reviewsArePublished, timePasses } from '../../support/story.ts'

const SEED = 20261130

let app: TestApp
let anna: Actor
let ben: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
})
afterAll(async () => {
  await app.stop()
})

async function completed(): Promise<Named> {
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  await anna.approves(task)
  return task
}

test('an average is rounded as PostgreSQL rounds it', async () => {
  const random = seededRandom(SEED)
  const ratings = Array.from({ length: 2_000 }, () => {
    const count = 1 + Math.floor(random() * (random() < 0.5 ? 10 : 100_000))
    return { count, sum: count + Math.floor(random() * (4 * count + 1)) }
  })
  const { rows } = await app.database.pool.query(
    `select round(sum::numeric / count, 2)::text as average
    from unnest($1::integer[], $2::integer[]) with ordinality as rating (count, sum, place)
    order by place`,
    [ratings.map(({ count }) => count), ratings.map(({ sum }) => sum)],
  )
  expect(ratings.map((rating) => ratingOf(rating).average)).toEqual(rows.map(({ average }) => average))
  expect(ratingOf({ count: 0, sum: 0 })).toEqual({ average: null, count: 0 })
  // A tie: 2.125.
  expect(ratingOf({ count: 8, sum: 17 })).toEqual({ average: '2.13', count: 8 })
})

interface Page {
  user: {
    rating: { average: string | null; count: number }
    reviews: {
      nodes: { id: string }[]
      pageInfo: { endCursor: string; startCursor: string; hasNextPage: boolean; hasPreviousPage: boolean }
    }
  }
}

test('pages of reviews follow the order of publication, for everybody, without a gap', async () => {
  // Written first, published last: its counterpart never comes.
  const late = await anna.reviews(await completed(), { rating: 1 })
  const published: string[] = []
  for (let index = 0; index < 5; index++) {
    const task = await completed()
    published.unshift((await anna.reviews(task, { rating: 5 })).id)
    await ben.reviews(task)
  }
  await timePasses(app, '15 days')
  await reviewsArePublished(app)
  published.unshift(late.id)

  const viewer = anonymousCaller(app)
  const page = async (variables: object) => {
    const { user } = await ask<Page>(
      viewer,
      `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
        user(id: $id) {
          rating { average count }
          reviews(first: $first, after: $after, last: $last, before: $before) {
            nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
          }
        }
      }`,
      { id: ben.id, ...variables },
    )
    return { ...user, ids: user.reviews.nodes.map(({ id }) => id), pageInfo: user.reviews.pageInfo }
  }
  const whole = await page({ first: 50 })
  expect(whole.ids).toEqual(published)
  expect(whole.rating).toEqual({ average: '4.33', count: 6 })

  const forward: string[] = []
  for (let after: string | undefined, more = true; more; ) {
    const { ids, pageInfo } = await page({ first: 2, after })
    forward.push(...ids)
    ;({ endCursor: after, hasNextPage: more } = pageInfo)
  }
  expect(forward).toEqual(published)
  const backward: string[] = []
  for (let before: string | undefined, more = true; more; ) {
    const { ids, pageInfo } = await page({ last: 4, before })
    backward.unshift(...ids)
    ;({ startCursor: before, hasPreviousPage: more } = pageInfo)
  }
  expect(backward).toEqual(published)
})

test.each(['', 'x', 'MTIz', Buffer.from('9'.repeat(16)).toString('base64url')])(
  'the cursor %j is refused',
  async (after) => {
    const { errors } = await anna.send(
      'query ($id: ID!, $after: String) { user(id: $id) { reviews(after: $after) { nodes { id } } } }',
      {
        id: ben.id,
        after,
      },
    )
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  },
)

test('a cursor of a far future begins the list', async () => {
  const after = Buffer.from(`999999999999999:${ben.uuid}`).toString('base64url')
  const { user } = await ask<Page>(
    anna,
    `query ($id: ID!, $after: String) {
      user(id: $id) { reviews(after: $after) { nodes { id } pageInfo { hasNextPage } } }
    }`,
    { id: ben.id, after },
  )
  expect(user.reviews.nodes).toHaveLength(6)
})

test('a publication that fails is logged and retried, and delays no other', async () => {
  const [broken, other] = [await completed(), await completed()]
  await anna.reviews(broken)
  await anna.reviews(other)
  await app.database.pool.query(`
    create function break_publication() returns trigger language plpgsql as $$
    begin
      if new.task_id = '${broken.uuid}' then raise exception 'broken'; end if;
      return new;
    end $$;
    create trigger break_publication before update on reviews for each row execute function break_publication()`)
  await timePasses(app, '14 days')
  const logged = app.logLines.length
  expect(await reviewsArePublished(app)).toBe(1)
  expect(app.logLines.slice(logged)).toMatchObject([{ level: 50, timer: 'reviewPublication', taskId: broken.uuid }])
  await app.database.pool.query('drop trigger break_publication on reviews')
  expect(await reviewsArePublished(app)).toBe(1)
  expect(await app.prisma.review.count({ where: { status: 'BLIND' } })).toBe(0)
})
