import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, lstat, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

type Owner = Readonly<{ child: ChildProcess; connectionString: string }>

const CONDITION_WAIT_MS = 20_000
const root = join(import.meta.dirname, '..', '..')
const isRoot = userInfo().uid === 0

let parent: string
let dataDirectory: string
const children = new Set<ChildProcess>()

beforeEach(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'errand-embedded-')))
  await chmod(parent, 0o711)
  dataDirectory = join(parent, 'postgres')
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
  const pid = await postmasterPid()
  if (pid && isAlive(pid)) process.kill(pid, 'SIGQUIT')
  await until('no server is left', async () => (await postmasterPid()) === undefined || !pid || !isAlive(pid))
  const home = await realpath(dataDirectory).catch(() => dataDirectory)
  await rm(home, { recursive: true, force: true })
  await rm(parent, { recursive: true, force: true })
})

function launch(identity: { uid?: number; gid?: number } = {}): ChildProcess {
  const program = ['--import', 'tsx', join(root, 'test/support/servers/embeddedOwner.ts'), dataDirectory]
  const child = spawn(process.execPath, program, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...identity })
  children.add(child)
  return child
}

async function outcomeOf(child: ChildProcess): Promise<Owner | { code: number | null; said: string }> {
  let [written, said] = ['', '']
  child.stderr?.on('data', (chunk) => {
    said += chunk
  })
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk) => {
      written += chunk
      if (written.endsWith('\n')) resolve({ child, connectionString: written.trim() })
    })
    child.once('close', (code) => resolve({ code, said: said.trim() }))
  })
}

async function start(identity: { uid?: number; gid?: number } = {}): Promise<Owner> {
  const outcome = await outcomeOf(launch(identity))
  if ('child' in outcome) return outcome
  throw new Error(`The embedded PostgreSQL did not start: ${outcome.said}`)
}

async function stop({ child }: Owner): Promise<void> {
  child.kill('SIGTERM')
  if (child.exitCode === null) await once(child, 'exit')
}

async function kill({ child }: Owner): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function query(owner: Pick<Owner, 'connectionString'>, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: owner.connectionString })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function postmasterPid(): Promise<number | undefined> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '')
  return Number(text.split('\n')[0]) || undefined
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + CONDITION_WAIT_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Timed out waiting until ${what}`)
    await pause(20)
  }
}

const portOf = (owner: Owner) => Number(new URL(owner.connectionString).port)

describe('the embedded PostgreSQL', () => {
  test('creates its data at the first start, stops with its owner, and starts again on the same port', async () => {
    const first = await start()
    await query(first, 'create table kept as select 42 as answer')
    await stop(first)
    expect(await postmasterPid()).toBeUndefined()
    const second = await start()
    expect(second.connectionString).toBe(first.connectionString)
    expect(await query(second, 'table kept')).toEqual([{ answer: 42 }])
    await stop(second)
  })

  test('is durable, uses UTF-8 and UTC, and listens on 127.0.0.1 only, with a password', async () => {
    const owner = await start()
    const settings = ['fsync', 'server_encoding', 'timezone', 'listen_addresses', 'unix_socket_directories']
    const rows = await query(
      owner,
      settings
        .map((name) => `current_setting('${name}') as ${name}`)
        .join(', ')
        .replace(/^/, 'select '),
    )
    expect(rows).toEqual([
      {
        fsync: 'on',
        server_encoding: 'UTF8',
        timezone: 'UTC',
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
      },
    ])
    expect(portOf(owner)).toBeLessThan(32_768)
    const elsewhere = connect({ host: '127.0.0.2', port: portOf(owner) })
    expect((await once(elsewhere, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' })
    const guess = new URL(owner.connectionString)
    guess.password = 'guess'
    await expect(query({ connectionString: guess.href }, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    expect((await stat(`${dataDirectory}.password`)).mode & 0o777).toBe(0o600)
    expect((await stat(dataDirectory)).mode & 0o777).toBe(0o700)
    await stop(owner)
  })

  test('takes another port if its own is taken', async () => {
    const first = await start()
    await stop(first)
    const other = createServer().listen(portOf(first), '127.0.0.1')
    await once(other, 'listening')
    const second = await start()
    expect(portOf(second)).not.toBe(portOf(first))
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
    other.close()
    await stop(second)
  })

  test('is taken over without loss by the next start after its owner was killed', async () => {
    const first = await start()
    await query(first, 'create table kept as select 42 as answer')
    const pid = await postmasterPid()
    await kill(first)
    const second = await start()
    expect(await postmasterPid()).toBe(pid)
    expect(await query(second, 'table kept')).toEqual([{ answer: 42 }])
    await stop(second)
    expect(await postmasterPid()).toBeUndefined()
    await expect(query(first, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('recovers without loss after it was killed together with its owner', async () => {
    const first = await start()
    await query(first, 'create table kept as select 42 as answer')
    const pid = await postmasterPid()
    await kill(first)
    if (pid) process.kill(pid, 'SIGKILL')
    const second = await start()
    expect(await query(second, 'table kept')).toEqual([{ answer: 42 }])
    await stop(second)
  })

  test('is restarted on the same port after only the server was killed', async () => {
    const owner = await start()
    await query(owner, 'create table kept as select 42 as answer')
    const pid = await postmasterPid()
    if (pid) process.kill(pid, 'SIGKILL')
    await until('it answers again', () =>
      query(owner, 'table kept').then(
        (rows) => rows.length === 1,
        () => false,
      ),
    )
    expect(await postmasterPid()).not.toBe(pid)
    await stop(owner)
    expect(await postmasterPid()).toBeUndefined()
  })

  test('starts although another program has its last process id', async () => {
    const first = await start()
    await query(first, 'create table kept as select 42 as answer')
    const pidFile = join(dataDirectory, 'postmaster.pid')
    const text = await readFile(pidFile, 'utf8')
    await stop(first)
    await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)))
    // When root runs the tests, the file must still belong to the user that PostgreSQL runs as.
    const { uid, gid } = await stat(dataDirectory)
    await chown(pidFile, uid, gid)
    const second = await start()
    expect(await query(second, 'table kept')).toEqual([{ answer: 42 }])
    await stop(second)
  })

  test('creates complete data after its owner was killed during the first creation', async () => {
    const first = launch()
    await until('initdb has begun', async () =>
      Boolean(await stat(`${dataDirectory}.unfinished-${first.pid}`).catch(() => false)),
    )
    first.kill('SIGKILL')
    await once(first, 'exit')
    const second = await start()
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
    await expect(stat(`${dataDirectory}.unfinished-${first.pid}`)).rejects.toMatchObject({ code: 'ENOENT' })
    await stop(second)
  })

  test('serves one owner, and refuses a second one in one sentence', async () => {
    const first = await start()
    const second = await outcomeOf(launch())
    expect(second).toEqual({
      code: 1,
      said: `Another server is using ${dataDirectory}: stop it first, or set DATA_DIR to another directory.`,
    })
    expect(await query(first, 'select 1 as one')).toEqual([{ one: 1 }])
    await stop(first)
  })

  test('serves one of two owners that create it at once', async () => {
    const outcomes = await Promise.all([outcomeOf(launch()), outcomeOf(launch())])
    const owners = outcomes.filter((outcome) => 'child' in outcome)
    expect(owners).toHaveLength(1)
    expect(outcomes.find((outcome) => !('child' in outcome))).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^Another server is using /),
    })
    await Promise.all(owners.map(stop))
  })

  test.runIf(isRoot)('runs for an ordinary user as that user', async () => {
    const nobody = { uid: 65_534, gid: 65_534 }
    await chown(parent, nobody.uid, nobody.gid)
    const owner = await start(nobody)
    expect(await query(owner, 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await stat(dataDirectory)).uid).toBe(nobody.uid)
    await stop(owner)
    expect(await postmasterPid()).toBeUndefined()
    const asRoot = await start()
    expect(await query(asRoot, 'select 1 as one')).toEqual([{ one: 1 }])
    await stop(asRoot)
  })

  test.runIf(isRoot)('runs for root as another user, also in a directory that this user cannot enter', async () => {
    await chmod(parent, 0o700)
    const owner = await start()
    expect((await lstat(dataDirectory)).isSymbolicLink()).toBe(true)
    expect((await stat(dataDirectory)).uid).not.toBe(0)
    await query(owner, 'create table kept as select 42 as answer')
    await stop(owner)
    const again = await start()
    expect(await query(again, 'table kept')).toEqual([{ answer: 42 }])
    await stop(again)
  })

  test.runIf(isRoot)('says to whom the data belong, and how to change that, if it is another user', async () => {
    await stop(await start())
    const { uid } = await stat(dataDirectory)
    const said = (owner: number, user: number) => ({
      code: 1,
      said: `The database in ${dataDirectory} belongs to the user ${owner}, or some of its files do, and PostgreSQL runs as the user ${user}: change the owner with "chown -R ${user} ${dataDirectory}/".`,
    })
    expect(await outcomeOf(launch({ uid: 65_534, gid: 65_534 }))).toEqual(said(uid, 65_534))
    await chown(join(dataDirectory, 'PG_VERSION'), 0, 0)
    expect(await outcomeOf(launch())).toEqual(said(0, uid))
    await chown(dataDirectory, 0, 0)
    expect(await outcomeOf(launch())).toEqual(said(0, uid))
  })

  test.runIf(isRoot)('reports errors from before PostgreSQL has read its settings', async () => {
    await stop(await start())
    await chmod(dataDirectory, 0)
    expect(await outcomeOf(launch())).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^PostgreSQL does not start in .*: .*could not access .*: Permission denied\.$/),
    })
  })
})
