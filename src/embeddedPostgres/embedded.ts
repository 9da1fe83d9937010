// A real PostgreSQL for a machine that has none: npm's binaries, our data directory, our process to start and stop.
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
  /** False for tests: what the machine loses in a power cut need not survive. */
  durable?: boolean
}>
type Place = Launch & Readonly<{ password: string }>
type Owner = Readonly<{ client: pg.Client; port: number }>

const SUPERUSER = 'errand'
const DATABASE = 'errand'
const OWNER_LOCK = 72_707_370 // Any number that nothing else in the database `postgres` locks.
const OWNER_WAIT_MS = 2_000 // The kernel closes a killed owner's connection at once; this is ample.
const CONNECT_WAIT_MS = 5_000
const START_WAIT_MS = 120_000 // Recovery of the largest log that the default settings let grow.
const LAUNCHES_MAX = 5 // Each may lose its port to another program between the look and the start.
const POLL_MS = 20
const NOT_NOW = '57P' // The class of what clients hear while the server starts or stops.
const WRONG_PASSWORD = '28P01'

/**
 * Promises a PostgreSQL on 127.0.0.1 with a database `errand`, owned by this process alone: one that an earlier
 * process left running is taken over, one that crashed recovers, one that is lost meanwhile is started again.
 * Refuses, with an EmbeddedPostgresError of one sentence, a data directory that another server is using.
 */
export async function startEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  return sayWhyNot(options.dataDirectory, async () => {
    const place = await prepare({ durable: true, ...options })
    const guarded = await guard(place)
    await createDatabase(guarded.owner.client)
    return { connectionString: urlOf(place.password, guarded.owner.port, DATABASE), stop: guarded.stop }
  })
}

/**
 * Promises the same for a short visit: one that runs is joined, and goes on after `stop`; else it is started and owned.
 * Refuses a data directory that no server was ever started with.
 */
export async function joinEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  const { dataDirectory } = options
  return sayWhyNot(dataDirectory, async () => {
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

async function sayWhyNot<Result>(dataDirectory: string, work: () => Promise<Result>): Promise<Result> {
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
}): Promise<Place> {
  const account = await ordinaryUser(options.dataDirectory)
  await refuseForeignFiles(options.dataDirectory, account)
  const binaries = await findPostgresBinaries(account)
  if (binaries === undefined) {
    throw new EmbeddedPostgresError(
      `No PostgreSQL was found for ${process.platform} ${process.arch}: install PostgreSQL 14 or newer, or set DATABASE_URL.`,
    )
  }
  await mkdir(dirname(options.dataDirectory), { recursive: true })
  const password = await keptPassword(options.dataDirectory)
  await initializeCluster({ ...options, account, binaries, password, superuser: SUPERUSER })
  return { ...options, dataDirectory: await realpath(options.dataDirectory), account, binaries, password }
}

// Beside the data, not in it: the user that PostgreSQL runs as need not read it, nor any other user of the machine.
async function keptPassword(dataDirectory: string): Promise<string> {
  const path = `${dataDirectory}.password`
  const fresh = `${path}.${process.pid}`
  await writeFile(fresh, randomBytes(24).toString('hex'), { mode: 0o600 })
  try {
    await link(fresh, path) // Whole or not at all, and never over the one that the data was made with.
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(fresh, { force: true })
  }
  return readFile(path, 'utf8')
}

/** Owns the server until `stop`: a lost one is started again, on the same port. */
async function guard(place: Place): Promise<{ owner: Owner; stop(): Promise<void> }> {
  const stopping = new AbortController()
  let recovery: Promise<void> = Promise.resolve()
  const first = await own(place, stopping.signal)
  const watch = ({ client }: Owner) => {
    client.once('end', () => {
      if (!stopping.signal.aborted) recovery = recover()
    })
  }
  const recover = async () => {
    place.log.error('The embedded PostgreSQL was lost, and is started again')
    try {
      const again = await own(place, stopping.signal)
      if (again.port !== first.port) throw new EmbeddedPostgresError('Another program has taken its port meanwhile.')
      watch(again)
    } catch (error) {
      if (!stopping.signal.aborted) place.log.error({ err: error }, 'The embedded PostgreSQL did not come back')
    }
  }
  const stop = async () => {
    stopping.abort()
    await recovery
    await stopPostmaster(place.dataDirectory)
  }
  watch(first)
  return { owner: first, stop }
}

async function own(place: Place, signal: AbortSignal): Promise<Owner> {
  const deadline = Date.now() + START_WAIT_MS
  let launched: Launched | undefined
  let launches = 0
  while (Date.now() < deadline && !signal.aborted) {
    const running = await runningPostmaster(place.dataDirectory)
    const owner = running?.ready ? await takeOwnership(place, running.port) : undefined
    if (owner) {
      launched?.logProblems()
      return owner
    }
    if (running === undefined && (launched === undefined || launched.failure() !== undefined)) {
      if (launches === LAUNCHES_MAX) {
        throw new EmbeddedPostgresError(`PostgreSQL does not start in ${place.dataDirectory}: ${launched?.failure()}.`)
      }
      launched = await launchPostmaster(place)
      launches += 1
    }
    await pause(POLL_MS)
  }
  throw new EmbeddedPostgresError(`PostgreSQL in ${place.dataDirectory} was not ready in ${START_WAIT_MS / 1000} s.`)
}

// The owner holds an advisory lock on a connection of its own: it ends with the process, however that ends, where a
// file with a process number would outlive it. Undefined means: it is starting or stopping, look again.
async function takeOwnership(place: Place, port: number): Promise<Owner | undefined> {
  const client = new pg.Client({
    connectionString: urlOf(place.password, port, 'postgres'),
    connectionTimeoutMillis: CONNECT_WAIT_MS,
    keepAlive: true,
  })
  client.on('error', () => {}) // The event `end` follows, and is what counts.
  let owned: boolean
  try {
    await client.connect()
    owned = await lockWithin(client, OWNER_WAIT_MS)
  } catch (error) {
    await client.end().catch(() => {})
    if (!(error instanceof pg.DatabaseError) || error.code?.startsWith(NOT_NOW)) return undefined
    if (error.code !== WRONG_PASSWORD) throw error
    throw new EmbeddedPostgresError(`The password beside ${place.dataDirectory} is not the one that it was made with.`)
  }
  if (owned) return { client, port }
  await client.end()
  throw new EmbeddedPostgresError(
    `Another server is using ${place.dataDirectory}: stop it first, or set DATA_DIR to another directory.`,
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

// Said in the address, because PGSSLMODE in the environment would else ask it for a certificate.
function urlOf(password: string, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`
}
