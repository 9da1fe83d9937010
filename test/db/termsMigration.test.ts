/** Applications from before terms were stored get their version from the event log. */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/servers/database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
const OWN = '20261130100300_terms_of_applications'

let database: TestDatabase
let client: pg.Client
let directory: string

beforeAll(async () => {
  database = await createEmptyDatabase()
  client = new pg.Client({ connectionString: database.connectionString })
  await client.connect()
  directory = await mkdtemp(join(tmpdir(), 'errand-migrations-'))
})
afterAll(async () => {
  await client.end()
  await database.drop()
  await rm(directory, { recursive: true })
})

/** Migrates the database up to this migration, exclusive or inclusive. */
async function migratesTo(isWanted: (name: string) => boolean): Promise<void> {
  for (const name of (await readdir(MIGRATIONS)).filter(isWanted)) {
    await cp(join(MIGRATIONS, name), join(directory, name), { recursive: true })
  }
  await migrate(database.connectionString, { directory })
}

test('an application refers to the version of its time, and a later update makes it outdated', async () => {
  await migratesTo((name) => name < OWN)
  await client.query(`
    insert into users (id, email, display_name, password_hash, created_at)
    select gen_random_uuid(), name || '@example.com', name, 'x', now()
    from unnest(array['anna', 'ben', 'cleo']) name;

    insert into tasks (
      id, version, title, description, status, acceptance_mode, budget_minor, currency, poster_id, created_at, updated_at,
      published_at, application_count, last_arrival_number
    )
    select gen_random_uuid(), 2, title, 'White.', 'OPEN', 'POSTER_CHOICE', 2000, 'EUR', id, now(), now(), now(), 2, 2
    from users, unnest(array['Changed', 'As it was']) title
    where email = 'anna@example.com';

    insert into events (id, kind, type, occurred_at, task_id, task_version, recipient_ids)
    select gen_random_uuid(), 'TASK'::event_kind, 'task.published', timestamptz '2026-01-01Z', id, 1, '{}'::uuid[] from tasks
    union all
    select gen_random_uuid(), 'TASK', 'task.updated', timestamptz '2026-01-03Z', id, 2, '{}'::uuid[] from tasks where title = 'Changed';

    insert into task_applications (
      id, task_id, applicant_id, status, price_minor, currency, arrival_number, created_at
    )
    select gen_random_uuid(), task.id, applicant.id, 'PENDING', 2000, 'EUR', applicant.number,
      timestamptz '2026-01-02Z' + (applicant.number - 1) * interval '2 days'
    from tasks task,
      (select id, row_number() over (order by email) as number from users where email <> 'anna@example.com') applicant`)

  await migratesTo((name) => name <= OWN)
  const { rows } = await client.query(`
    select title, arrival_number, task_version, terms_version
    from task_applications join tasks on tasks.id = task_id
    order by title, arrival_number`)
  expect(rows).toEqual([
    { title: 'As it was', arrival_number: 1, task_version: 1, terms_version: 1 },
    { title: 'As it was', arrival_number: 2, task_version: 1, terms_version: 1 },
    { title: 'Changed', arrival_number: 1, task_version: 1, terms_version: 2 },
    { title: 'Changed', arrival_number: 2, task_version: 2, terms_version: 2 },
  ])
})
