/**
 * A worker reconciles a day of 100,000 lines (`--requests` of them) with planted faults of all kinds, and one of a tenth of the lines:
 * all faults are found and none is invented, in how much time, and with how much memory of the worker.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import pino from 'pino'
import { Database } from '../../src/db/client.ts'
import { newId } from '../../src/db/ids.ts'
import { migrate } from '../../src/db/migrate.ts'
import { withTransaction } from '../../src/db/transaction.ts'
import { startEmbeddedPostgres } from '../../src/embeddedPostgres/embedded.ts'
import { startReconciliation } from '../../src/reconciliation/startReconciliation.ts'
import { type ServerProcess, startProcess } from '../support/servers/serverProcess.ts'
import { type Books, FAULTS, plantFaults, writeBooks } from '../support/worlds/bookWorld.ts'
import { cpuNanoseconds, cpuNanosecondsOfFamily, peakMegabytes, postmasterOf } from './cost.ts'
import { printSentence, printTable } from './report.ts'
import type { Options } from './requests.ts'

const LINES = 100_000
const SECONDS_MAX = 60
const DAY_MS = 86_400_000
const DAY = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - 2 * DAY_MS)
const HEADS = [
  'seconds',
  'at most',
  'CPU s of the worker',
  'CPU s of the database',
  'MB at the start',
  'MB at most',
  'faults found',
  'invented',
] as const
const POLL_MS = 50
const WAIT_MS = 600_000

interface Ground {
  connectionString: string
  /** The process of the database. */
  postmaster: number
}

interface Result {
  seconds: number
  cpuSeconds: number
  databaseCpuSeconds: number
  startMegabytes: number
  peakMegabytes: number
  found: string[]
}

/** Measures and prints. `requests` is the number of lines. Throws if a fault is not found, or one is invented. */
export async function reconciliation({ requests: lines = LINES }: Options): Promise<void> {
  const rows: (readonly [string, ...string[]])[] = []
  const peaks: number[] = []
  for (const count of [lines / 10, lines]) {
    const { planted, result } = await withBooks(count, measure)
    const missed = planted.filter((fault) => !result.found.includes(fault))
    const invented = result.found.filter((fault) => !planted.includes(fault))
    peaks.push(result.peakMegabytes)
    rows.push([
      `${count} lines`,
      result.seconds.toFixed(1),
      SECONDS_MAX.toString(),
      result.cpuSeconds.toFixed(1),
      result.databaseCpuSeconds.toFixed(1),
      result.startMegabytes.toString(),
      result.peakMegabytes.toString(),
      `${planted.length - missed.length} of ${planted.length}`,
      invented.length.toString(),
    ])
    if (missed.length + invented.length > 0) throw new Error(`Missed ${missed}; invented ${invented}.`)
  }
  printTable('A worker reconciles one day', HEADS, rows)
  const [few = 0, many = 0] = peaks
  printSentence(`Ten times the lines take ${(many / few).toFixed(2)} times the memory`)
}

/** Runs `work` on a durable PostgreSQL with books of this many lines, in which faults are planted. */
async function withBooks(
  lines: number,
  work: (ground: Ground, books: Books) => Promise<Result>,
): Promise<{ planted: string[]; result: Result }> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-reconciliation-'))
  // If this process is root, the database runs as an ordinary user, who must reach its files.
  await chmod(folder, 0o711)
  const dataDirectory = join(folder, 'postgres')
  const postgres = await startEmbeddedPostgres({
    dataDirectory,
    log: pino({ level: 'warn' }),
  })
  try {
    const { connectionString } = postgres
    await migrate(connectionString)
    const { books, planted } = await makeBooks(connectionString, lines)
    return { planted, result: await work({ connectionString, postmaster: await postmasterOf(dataDirectory) }, books) }
  } finally {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeBooks(connectionString: string, lines: number): Promise<{ books: Books; planted: string[] }> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    for (const name of ['anna', 'ben', 'fay']) {
      await client.query(
        `insert into users (id, email, display_name, password_hash, roles, created_at)
        values ($1, $2, $2, '-', '{USER,FINANCE}', errand_now())`,
        [newId(), `${name}@example.com`],
      )
    }
    const books = await writeBooks(client, { lines, day: DAY })
    return { books, planted: await plantFaults(client, books, lines) }
  } finally {
    await client.end()
  }
}

async function measure({ connectionString, postmaster }: Ground, { span }: Books): Promise<Result> {
  const database = new Database({ connectionString, connectionsMax: 2, onError: () => {} })
  const environment = { DATABASE_URL: connectionString, AUTH_SECRET: 'x'.repeat(64), LOG_LEVEL: 'info' }
  const worker = startProcess('worker', environment)
  try {
    await untilWorking(worker)
    const processId = worker.child.pid ?? 0
    const startMegabytes = await peakMegabytes(processId)
    const spent = () => Promise.all([cpuNanoseconds(processId), cpuNanosecondsOfFamily(postmaster)])
    const before = await spent()
    const { rows } = await database.pool.query<{ id: string }>('select id from users order by id desc limit 1')
    const caller = {
      id: String(rows[0]?.id),
      roles: ['USER', 'FINANCE'] as const,
      sessionId: newId(),
      isVerified: true,
      withheldRoles: [],
      hasSecondFactor: false,
      provenAt: null,
    }
    const startedAt = performance.now()
    const { reconciliationId } = await withTransaction(database, (tx) =>
      startReconciliation(tx, { ...span, caller, requestId: 'bench' }),
    )
    await untilDone(database, reconciliationId)
    const seconds = (performance.now() - startedAt) / 1_000
    const [worked, queried] = (await spent()).map((after, place) => (after - (before[place] ?? 0)) / 1e9)
    return {
      seconds,
      cpuSeconds: worked ?? Number.NaN,
      databaseCpuSeconds: queried ?? Number.NaN,
      startMegabytes,
      peakMegabytes: await peakMegabytes(processId),
      found: await findingsOf(database, reconciliationId),
    }
  } finally {
    await worker.stop()
    await database.close()
  }
}

async function untilWorking(worker: ServerProcess): Promise<void> {
  await until(async () => {
    if (worker.child.exitCode !== null) throw new Error(`The worker has ended: ${worker.output()}`)
    return worker.output().includes('working')
  })
}

const untilDone = (database: Database, id: string): Promise<void> =>
  until(async () => {
    const { rows } = await database.pool.query<{ status: string }>(
      'select status::text from reconciliations where id = $1',
      [id],
    )
    if (rows[0]?.status === 'FAILED') throw new Error('The reconciliation has failed.')
    return rows[0]?.status === 'DONE'
  })

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS
  while (performance.now() < deadline) {
    if (await isSo()) return
    await pause(POLL_MS)
  }
  throw new Error(`It took more than ${WAIT_MS / 1_000} s.`)
}

async function findingsOf(database: Database, id: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ finding: string }>(
    `select kind || ' ' || provider_reference as finding
    from reconciliation_findings
    join reconciliation_differences difference on difference.id = difference_id
    where reconciliation_id = $1`,
    [id],
  )
  if (rows.length > 100 * FAULTS) throw new Error(`There are ${rows.length} differences.`)
  return rows.map(({ finding }) => finding)
}
