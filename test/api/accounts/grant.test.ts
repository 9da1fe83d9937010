import { execFile } from 'node:child_process'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Database } from '../../../src/db/client.ts'
import { newId } from '../../../src/db/ids.ts'
import { migrate } from '../../../src/db/migrate.ts'
import { startEmbeddedPostgres } from '../../../src/embeddedPostgres/embedded.ts'
import { freshEmail } from '../../support/accounts.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

const ROOT = join(import.meta.dirname, '../../..')

interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

/** Runs the command in an environment of only these variables. */
function grant(variables: Record<string, string>, ...words: string[]): Promise<CommandResult> {
  const env = { PATH: String(process.env.PATH), AUTH_SECRET: 'x'.repeat(32), ...variables }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'src/grant.ts', ...words],
      { cwd: ROOT, env },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

/** Inserts an account; returns its address. */
async function insertAccount(database: Database): Promise<string> {
  const email = freshEmail()
  await database.run`
    /* testAccount */
    insert into users (id, email, display_name, password_hash, created_at)
    values (${newId()}, ${email}, 'Anna', '-', errand_now())`
  return email
}

const rolesOf = async (database: Database, email: string) =>
  (await database.row<{ roles: string }>`/* testRoles */ select roles::text from users where email = ${email}`)?.roles

describe('with a database of the operator', () => {
  let app: TestApp
  let at: Record<string, string>

  beforeAll(async () => {
    app = await startApp()
    at = { DATABASE_URL: app.connectionString }
  })
  afterAll(async () => {
    await app.stop()
  })

  test('grants a role to an account, and prints it', async () => {
    const email = await insertAccount(app.database)
    expect(await grant(at, email.toUpperCase(), 'admin')).toEqual({
      code: 0,
      stdout: `${email.toUpperCase()} now has the role ADMIN.\n`,
      stderr: '',
    })
    expect(await rolesOf(app.database, email)).toBe('{USER,ADMIN}')
    const records = await app.prisma.auditRecord.findMany({ where: { action: 'role.admin_given' } })
    expect(records).toMatchObject([{ actorId: null, reason: expect.stringContaining('command line') }])
    expect(await grant(at, email, 'ADMIN')).toMatchObject({ code: 0, stdout: `${email} already has the role ADMIN.\n` })
    expect(await app.prisma.auditRecord.count({ where: { action: 'role.admin_given' } })).toBe(1)
  })

  test('prints one sentence for each mistake, and changes nothing', async () => {
    const email = await insertAccount(app.database)
    const wrong: [string[], string][] = [
      [[], 'Usage: npm run grant -- EMAIL ROLE\n'],
      [[email], 'Usage: npm run grant -- EMAIL ROLE\n'],
      [[email, 'AGENT', 'ADMIN'], 'Usage: npm run grant -- EMAIL ROLE\n'],
      [[email, 'KING'], 'The role KING cannot be granted. Choose one of AGENT, FINANCE, ADMIN.\n'],
      [[email, 'USER'], 'The role USER cannot be granted. Choose one of AGENT, FINANCE, ADMIN.\n'],
      [
        ['nobody@example.com', 'AGENT'],
        'There is no account for nobody@example.com. Sign up first, then grant the role.\n',
      ],
    ]
    for (const [words, sentence] of wrong) {
      expect(await grant(at, ...words)).toEqual({ code: 1, stdout: '', stderr: sentence })
    }
    expect(await rolesOf(app.database, email)).toBe('{USER}')
  })

  test('prints that the database does not answer', async () => {
    const result = await grant({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, 'a@example.com', 'AGENT')
    expect(result).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^[^\n]*does not answer[^\n]*\n$/),
    })
  })
})

describe('with the embedded database', () => {
  let directory: string

  beforeAll(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'errand-grant-')))
    await chmod(directory, 0o711) // If root runs the tests, PostgreSQL runs as another user, who needs access.
  })
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true })
  })

  test('connects to a running server, starts a stopped one, and refuses if there is no database', async () => {
    const at = { DATA_DIR: directory }
    expect(await grant(at, 'a@example.com', 'AGENT')).toEqual({
      code: 1,
      stdout: '',
      stderr: `There is no database in ${join(directory, 'postgres')} yet: start the server.\n`,
    })

    const dataDirectory = join(directory, 'postgres')
    const server = await startEmbeddedPostgres({ dataDirectory, log: pino({ level: 'silent' }), durable: false })
    await migrate(server.connectionString)
    const database = new Database({ ...server, connectionsMax: 2, onError: () => {} })
    const email = await insertAccount(database)
    expect(await grant(at, email, 'AGENT')).toEqual({
      code: 0,
      stdout: `${email} now has the role AGENT.\n`,
      stderr: '',
    })
    expect(await rolesOf(database, email)).toBe('{USER,AGENT}')

    await database.close()
    await server.stop()
    expect(await grant(at, email, 'FINANCE')).toEqual({
      code: 0,
      stdout: `${email} now has the role FINANCE.\n`,
      stderr: '',
    })
    expect(await grant(at, email, 'FINANCE')).toMatchObject({
      code: 0,
      stdout: `${email} already has the role FINANCE.\n`,
    })
  })
})
