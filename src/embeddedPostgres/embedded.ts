// A real PostgreSQL for a machine without one: binaries from npm, a data directory of ours, a process that this one starts and stops.
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import { EmbeddedPostgresError, messageOf } from './embeddedError.ts'
import { refuseForeignFiles } from './foreignFiles.ts'
import { initializeCluster } from './initializeCluster.ts'
import { ordinaryUser } from './ordinaryUser.ts'
import { findPostgresBinaries } from './postgresBinaries.ts'
import {
  type Launch,
  type Launched,
  launchPostmaster,
  type Postmaster,
  runningPostmaster,
  stopPostmaster,
} from './postmaster.ts'

export type EmbeddedPostgres = Readonly<{ connectionString: string; stop(): Promise<void> }>

type Options = Readonly<{
  dataDirectory: string
  log: Pick<Logger, 'error'>
  /** False for tests, whose data need not survive a power cut. */
  durable?: boolean
}>
type Cluster = Launch & Readonly<{ password: string }>
type Owner = Readonly<{ client: pg.Client; port: number }>

const SUPERUSER = 'errand'
const DATABASE = 'errand'
const OWNER_LOCK = 72_707_370 // Any number that no other lock in the database `postgres` has.
const OWNER_WAIT_MS = 2_000 // Ample, because the kernel closes the connection of a killed owner at once.
const CONNECT_WAIT_MS = 5_000
const START_WAIT_MS = 120_000 // Enough to recover the largest WAL of the default settings.
const LAUNCHES_MAX = 5 // Between check and start, each may lose its port to another program.
const POLL_MS = 20
const UNAVAILABLE = '57P' // Errors while the server starts or stops.
const WRONG_PASSWORD = '28P01'

/**
 * Starts PostgreSQL on 127.0.0.1 with a database `errand`, owned by this process alone. A server that an earlier process left running is
 * taken over, a crashed one recovers, and one that is lost later is restarted. Refuses, with an EmbeddedPostgresError of one
 * sentence, a data directory that another server uses.
 */
export async function startEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  return explainFailure(options.dataDirectory, async () => {
    const cluster = await prepare({ durable: true, ...options })
    const guarded = await guard(cluster)
    await createDatabase(guarded.owner.client)
    return { connectionString: urlOf(cluster.password, guarded.owner.port, DATABASE), stop: guarded.stop }
  })
}

/**
 * Connects a short-lived command: a running server is used and continues after `stop`; otherwise it is started and owned. Refuses a
 * data directory with which no server was ever started.
 */
export async function joinEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  const { dataDirectory } = options
  return explainFailure(dataDirectory, async () => {
    const home = await realpath(dataDirectory).catch(() => undefined)
    if (home === undefined)
      throw new EmbeddedPostgresError(`There is no database in ${dataDirectory} yet: start the server.`)
    const running = await readyPostmaster(home)
    if (running === undefined) return startEmbeddedPostgres(options)
    const password = await readFile(`${dataDirectory}.password`, 'utf8')
    return { connectionString: urlOf(password, running.port, DATABASE), stop: async () => {} }
  })
}

async function readyPostmaster(home: string): Promise<Postmaster | undefined> {
  const deadline = Date.now() + START_WAIT_MS
  do {
    const running = await runningPostmaster(home)
    if (running === undefined || running.ready) return running
    await pause(POLL_MS)
  } while (Date.now() < deadline)
  throw new EmbeddedPostgresError(`PostgreSQL in ${home} was not ready in ${START_WAIT_MS / 1000} s.`)
}

async function explainFailure<Result>(dataDirectory: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error
    throw new EmbeddedPostgresError(`The embedded PostgreSQL cannot use ${dataDirectory}: ${messageOf(error)}.`)
  }
}

async function prepare(options: {
  dataDirectory: string
  log: Pick<Logger, 'error'>
  durable: boolean
}): Promise<Cluster> {
  const account = await ordinaryUser(options.dataDirectory)
  await refuseForeignFiles(options.dataDirectory, account)
  const binaries = await findPostgresBinaries(account)
  if (binaries === undefined) {
    throw new EmbeddedPostgresError(
      `No PostgreSQL was found for ${process.platform} ${process.arch}: install PostgreSQL 14 or newer, or set DATABASE_URL.`,
    )
  }
  await mkdir(dirname(options.dataDirectory), { recursive: true })
  const password = await readOrCreatePassword(options.dataDirectory)
  await initializeCluster({ ...options, account, binaries, password, superuser: SUPERUSER })
  return { ...options, dataDirectory: await realpath(options.dataDirectory), account, binaries, password }
}

// Beside the data directory, because the user that PostgreSQL runs as must not read it, nor any other user of the machine.
async function readOrCreatePassword(dataDirectory: string): Promise<string> {
  const path = `${dataDirectory}.password`
  const fresh = `${path}.${process.pid}`
  await writeFile(fresh, randomBytes(24).toString('hex'), { mode: 0o600 })
  try {
    await link(fresh, path) // Atomic, and never replaces the password that the data was created with.
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(fresh, { force: true })
  }
  return readFile(path, 'utf8')
}

/** Owns the server until `stop`: a lost one is restarted on the same port. */
async function guard(cluster: Cluster): Promise<{ owner: Owner; stop(): Promise<void> }> {
  const stopping = new AbortController()
  let recovery: Promise<void> = Promise.resolve()
  const first = await takeOrLaunch(cluster, stopping.signal)
  const watch = ({ client }: Owner) => {
    client.once('end', () => {
      if (!stopping.signal.aborted) recovery = recover()
    })
  }
  const recover = async () => {
    cluster.log.error('the embedded PostgreSQL was lost; restarting it')
    try {
      const restarted = await takeOrLaunch(cluster, stopping.signal)
      if (restarted.port !== first.port)
        throw new EmbeddedPostgresError('Another program has taken its port: restart the server.')
      watch(restarted)
    } catch (error) {
      if (!stopping.signal.aborted) cluster.log.error({ err: error }, 'the embedded PostgreSQL could not be restarted')
    }
  }
  const stop = async () => {
    stopping.abort()
    await recovery
    await stopPostmaster(cluster.dataDirectory)
  }
  watch(first)
  return { owner: first, stop }
}

async function takeOrLaunch(cluster: Cluster, signal: AbortSignal): Promise<Owner> {
  const deadline = Date.now() + START_WAIT_MS
  let launched: Launched | undefined
  let launches = 0
  while (Date.now() < deadline && !signal.aborted) {
    const running = await runningPostmaster(cluster.dataDirectory)
    const owner = running?.ready ? await takeOwnership(cluster, running.port) : undefined
    if (owner) {
      launched?.logProblems()
      return owner
    }
    if (running === undefined && (launched === undefined || launched.failure() !== undefined)) {
      if (launches === LAUNCHES_MAX) {
        throw new EmbeddedPostgresError(
          `PostgreSQL does not start in ${cluster.dataDirectory}: ${launched?.failure()}.`,
        )
      }
      launched = await launchPostmaster(cluster)
      launches += 1
    }
    await pause(POLL_MS)
  }
  throw new EmbeddedPostgresError(`PostgreSQL in ${cluster.dataDirectory} was not ready in ${START_WAIT_MS / 1000} s.`)
}

// The owner holds an advisory lock on a connection of its own: the lock ends with the process, where a file with a process id would
// outlive a crash. Returns undefined while the server starts or stops.
async function takeOwnership(cluster: Cluster, port: number): Promise<Owner | undefined> {
  const client = new pg.Client({
    connectionString: urlOf(cluster.password, port, 'postgres'),
    connectionTimeoutMillis: CONNECT_WAIT_MS,
    keepAlive: true,
  })
  client.on('error', () => {}) // Followed by the event `end`.
  let owned: boolean
  try {
    await client.connect()
    owned = await lockWithin(client, OWNER_WAIT_MS)
  } catch (error) {
    await client.end().catch(() => {})
    if (!(error instanceof pg.DatabaseError) || error.code?.startsWith(UNAVAILABLE)) return undefined
    if (error.code !== WRONG_PASSWORD) throw error
    throw new EmbeddedPostgresError(
      `The password in ${cluster.dataDirectory}.password is not the one that the database was created with: restore that file, or set DATABASE_URL.`,
    )
  }
  if (owned) return { client, port }
  await client.end()
  throw new EmbeddedPostgresError(
    `Another server is using ${cluster.dataDirectory}: stop it first, or set DATA_DIR to another directory.`,
  )
}

async function lockWithin(client: pg.Client, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs
  do {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [OWNER_LOCK])
    if (rows[0]?.locked) return true
    await pause(POLL_MS)
  } while (Date.now() < deadline)
  return false
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
  if (rowCount === 0) await client.query(`create database ${DATABASE}`)
}

// `sslmode` is explicit, because PGSSLMODE in the environment would otherwise apply.
function urlOf(password: string, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`
}
