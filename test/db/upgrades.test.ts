/** Migrations of existing rows. */
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { createDatabaseInLocaleC, type TestDatabase } from '../support/servers/database.ts'

const OLD_ROWS = `
  insert into users (id, email, display_name, password_hash, created_at)
  select md5('user' || n)::uuid, n || '@example.com', 'Person', '-', now()
  from generate_series(1, 2) n;

  insert into tasks (id, title, description, status, acceptance_mode, budget_minor, currency, poster_id, created_at, updated_at, published_at, deadline)
  select md5('task' || n)::uuid, 'Task ' || n, 'Old.', 'OPEN', 'POSTER_CHOICE', 2000, 'EUR', md5('user1')::uuid, now(), now(), now(), deadline
  from unnest(array['10000-01-01 11:59:59Z', 'infinity', now() + interval '30 years', now() + interval '1 year', null]::timestamptz[])
    with ordinality as far (deadline, n);

  insert into sessions (id, user_id, created_at, last_used_at, rotated_at)
  select md5('session' || u || '/' || n)::uuid, md5('user' || u)::uuid, now(), now() - n * interval '1 hour', now()
  from generate_series(1, 2) u
  cross join generate_series(1, case u when 1 then 130 else 100 end) n`

let database: TestDatabase
let client: pg.Client

beforeAll(async () => {
  database = await createDatabaseInLocaleC({ before: '20261130100400_folded_search_texts' })
  client = new pg.Client({ connectionString: database.connectionString })
  await client.connect()
  await client.query(OLD_ROWS)
  await migrate(database.connectionString)
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

test('a deadline beyond the limits of clients is reduced to ten years', async () => {
  const { rows } = await client.query(`
    select title, version,
      deadline between now() + interval '10 years' - interval '1 hour' and now() + interval '10 years' as is_ten_years
    from tasks
    order by title`)
  expect(rows.map(({ title, is_ten_years, version }) => [title, is_ten_years, version])).toEqual([
    ['Task 1', true, 1],
    ['Task 2', true, 1],
    ['Task 3', true, 1],
    ['Task 4', false, 1],
    ['Task 5', null, 1],
  ])
  for (const far of ['10000-01-01Z', 'infinity']) {
    await expect(client.query('update tasks set deadline = $1', [far])).rejects.toMatchObject({
      constraint: 'a_deadline_has_a_year_of_four_digits',
    })
  }
})

test('of more than a hundred sessions, the most recently used ones are kept', async () => {
  const { rows } = await client.query(`
    select user_id = md5('user1')::uuid as is_first, count(*)::int as count, max(now() - last_used_at) < interval '101 hours' as is_last
    from sessions
    where revoked_at is null
    group by user_id
    order by 1`)
  expect(rows).toEqual([
    { is_first: false, count: 100, is_last: true },
    { is_first: true, count: 100, is_last: true },
  ])
})
