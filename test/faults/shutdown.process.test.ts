/** The server process: it starts, or explains in one sentence why it cannot, and stops on a signal. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { authSecretOf } from '../../src/authSecret.ts'
import { readConfig } from '../../src/config.ts'
import { migrate } from '../../src/db/migrate.ts'
import { sentenceOf } from '../../src/startFailure.ts'
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../support/servers/database.ts'
import { runStatement } from '../support/servers/server.ts'

const ROOT = join(import.meta.dirname, '../..')
const WAIT_MS = 30_000
const POLL_MS = 50
const SECRET = 'a secret of more than thirty-two bytes'

interface Ended {
  code: number | null
  said: string
}

let database: TestDatabase
const children = new Set<ChildProcess>()

beforeAll(async () => {
  database = await createDatabase()
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})
afterAll(async () => {
  await database.drop()
})

function start(program: string, environment: Record<string, string>): { child: ChildProcess; output(): string } {
  const env = { PATH: String(process.env.PATH), HOST: '127.0.0.1', PORT: '0', AUTH_SECRET: SECRET, ...environment }
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'src', `${program}.ts`)], { cwd: ROOT, env })
  children.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      output += piece
    })
  }
  return { child, output: () => output }
}

/** Runs a program that must fail to start, and returns its standard error. */
async function failure(program: string, environment: Record<string, string>): Promise<Ended> {
  const { child } = start(program, environment)
  let said = ''
  child.stderr?.on('data', (piece) => {
    said += piece
  })
  const [code] = await once(child, 'close')
  return { code, said }
}

async function said(text: RegExp, { output }: { output(): string }): Promise<RegExpExecArray> {
  const deadline = Date.now() + WAIT_MS
  for (;;) {
    const match = text.exec(output())
    if (match) return match
    if (Date.now() > deadline) throw new Error(`It did not say ${text}:\n${output()}`)
    await pause(POLL_MS)
  }
}

const onDatabase = () => ({ DATABASE_URL: database.connectionString })

test('it prints its address and how to sign in, serves, and exits with 0 on SIGTERM', async () => {
  const server = start('main', onDatabase())
  const [, url] = await said(/GraphQL {2}(http:\/\/127\.0\.0\.1:\d+)\/graphql/, server)
  await said(/authorization: Bearer <accessToken>/, server)
  const query = `${url}/graphql?query=${encodeURIComponent('{ categories { name } }')}`
  const answer = await fetch(query, { headers: { 'x-errand-csrf': '1' } })
  expect(await answer.json()).toMatchObject({ data: { categories: expect.arrayContaining([{ name: 'Cleaning' }]) } })
  server.child.kill('SIGTERM')
  const [code] = await once(server.child, 'close')
  expect(code).toBe(0)
  expect(server.output()).toContain('"msg":"stopped"')
  expect(server.output()).not.toContain(SECRET)
})

test('the signing key is created once, and readable by its owner only', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'errand-secret-'))
  const config = { ...readConfig({}), dataDirectory: join(dataDirectory, 'data') }
  const first = await authSecretOf(config)
  expect(first.length).toBeGreaterThanOrEqual(32)
  expect(await authSecretOf(config)).toEqual(first)
  expect((await stat(join(config.dataDirectory, 'auth-secret'))).mode & 0o777).toBe(0o600)
  await rm(dataDirectory, { recursive: true })
})

test('it lists every bad variable at once', async () => {
  const { code, said } = await failure('main', {
    ...onDatabase(),
    PORT: 'http',
    LOG_LEVEL: 'loud',
    AUTH_SECRET: 'short',
  })
  expect(code).toBe(1)
  expect(said.trim().split('\n')).toEqual([
    'PORT must be a whole number from 0 to 65535.',
    'AUTH_SECRET must have at least 32 bytes.',
    'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent.',
  ])
})

test('it reports a busy port in one sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, said } = await failure('main', { ...onDatabase(), PORT: String(port) })
  other.close()
  expect([code, said]).toEqual([
    1,
    `Port ${port} of 127.0.0.1 is in use: stop the program that uses it, or set PORT to another port.\n`,
  ])
})

test('it reports an unreachable or unusable database in one sentence', async () => {
  const nowhere = await failure('main', { DATABASE_URL: 'postgres://errand:pass-word@127.0.0.1:9/errand' })
  expect(nowhere).toEqual({
    code: 1,
    said: 'The database of DATABASE_URL does not answer (ECONNREFUSED at 127.0.0.1:9): start it, or correct the address.\n',
  })
  const url = new URL(database.connectionString)
  url.pathname = '/no_such_database'
  const refusal = await migrate(url.href).catch((error: unknown) => sentenceOf(error))
  expect(refusal).toBe('The database reports an error: database "no_such_database" does not exist. Check DATABASE_URL.')
})

test('it refuses a database that is newer than the program', async () => {
  const newer = await createEmptyDatabase()
  try {
    await migrate(newer.connectionString)
    await runStatement(
      newer.connectionString,
      `insert into _prisma_migrations (id, checksum, migration_name, finished_at) values ('x', 'x', '29990101000000_later', now())`,
    )
    const { code, said } = await failure('main', { DATABASE_URL: newer.connectionString })
    expect(code).toBe(1)
    expect(said).toMatch(/^The database is newer than this program, .*29990101000000_later.*\n$/)
  } finally {
    await newer.drop()
  }
})

test('it serves demo people to this machine only, unless ALLOW_DEMO is set', async () => {
  const demo = await createDatabase()
  try {
    await runStatement(
      demo.connectionString,
      `insert into users (id, email, display_name, password_hash, created_at)
       values (gen_random_uuid(), 'poster@demo.test', 'Poster', '-', now())`,
    )
    const open = { DATABASE_URL: demo.connectionString, HOST: '0.0.0.0' }
    const { code, said: reason } = await failure('main', open)
    expect([code, reason]).toEqual([1, expect.stringMatching(/^The database has demo people, .* ALLOW_DEMO=1 .*\n$/)])
    await said(/is ready/, start('main', { ...open, ALLOW_DEMO: '1' }))
  } finally {
    for (const child of children) {
      const ended = child.exitCode === null ? once(child, 'close') : undefined
      child.kill('SIGTERM')
      await ended
    }
    await demo.drop()
  }
})

test('the worker needs a database', async () => {
  const worker = start('worker', onDatabase())
  await said(/"msg":"working"/, worker)
  worker.child.kill('SIGTERM')
  expect(await once(worker.child, 'close')).toEqual([0, null])
  const { code, said: reason } = await failure('worker', {})
  expect([code, reason]).toEqual([1, expect.stringMatching(/^A separate worker needs DATABASE_URL\. .*\n$/)])
})
