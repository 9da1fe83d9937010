/** A newer server migrates the database while an older one serves: clients of the older one notice nothing. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { rowsOf, runStatement } from '../support/servers/server.ts'
import { failuresOf, runWholeStory } from '../support/worlds/wholeStory.ts'

let app: TestApp

beforeEach(async () => {
  // Few connections, so that each of them has prepared everything.
  app = await startApp({ databasePoolMax: 3 })
})
afterEach(async () => {
  await app.stop()
})

async function tablesOf(...schemas: string[]): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    app.connectionString,
    `select format('%I.%I', schemaname, tablename) as name
     from pg_tables
     where schemaname in (${schemas.map((name) => `'${name}'`).join(', ')})
     order by name`,
  )
  return rows.map(({ name }) => name)
}

test('a column that is added to every table fails no request, during the migration or after it', async () => {
  for (let time = 0; time < 3; time++) await runWholeStory(app)
  const tables = await tablesOf('public', 'sandbox')
  expect(tables.length).toBeGreaterThan(20)
  const playing = runWholeStory(app).then(() => runWholeStory(app))
  for (const table of tables) {
    await runStatement(app.connectionString, `alter table ${table} add column added_later text not null default 'x'`)
  }
  await playing
  await runWholeStory(app)
  expect(failuresOf(app)).toEqual([])
})

test('statements are prepared again after a column has got another type', async () => {
  for (let time = 0; time < 2; time++) await runWholeStory(app)
  for (const [table, column] of [
    ['tasks', 'location_label'],
    ['users', 'password_hash'],
    ['task_applications', 'message'],
    ['holds', 'provider_reference'],
    ['transfers', 'provider_reference'],
    ['events', 'reason'],
    ['chats', 'subject'],
  ]) {
    await runStatement(app.connectionString, `alter table ${table} alter column ${column} type varchar(1000)`)
  }
  await runWholeStory(app)
  expect(failuresOf(app)).toEqual([])
})

test('statements that were deallocated on a connection are prepared again', async () => {
  for (let time = 0; time < 2; time++) await runWholeStory(app)
  const clients = await Promise.all([1, 2, 3].map(() => app.database.pool.connect()))
  for (const client of clients) await client.query('deallocate all')
  for (const client of clients) app.database.pool.release(client)
  await runWholeStory(app)
  expect(failuresOf(app)).toEqual([])
})
