/** Every operation of the SDK on the whole world, 32 at once: its latency, SQL time and CPU. */
import { setTimeout as pause } from 'node:timers/promises'
import * as sdk from '../../../schema/sdk/index.ts'
import { startProcess } from '../../support/servers/serverProcess.ts'
import { cpuNanoseconds, cpuNanosecondsOfFamily } from '../cost.ts'
import { prepareBenchGround } from '../ground.ts'
import { load, median, percentile } from '../load.ts'
import { printSentence, printTable } from '../report.ts'
import type { Options } from '../requests.ts'
import { type MeasuredServer, startOurs } from '../servers.ts'
import { accountsPlay } from './accounts.ts'
import { castOf } from './cast.ts'
import { chargebacksPlay } from './chargebacks.ts'
import { disputesPlay } from './disputes.ts'
import { eventsPlay } from './events.ts'
import { moneyPlay } from './money.ts'
import { payersPlay } from './payers.ts'
import { readsPlay } from './reads.ts'
import { reviewsPlay } from './reviews.ts'
import type { Play, Step } from './steps.ts'
import { supportPlay } from './support.ts'
import { firstComePlay, type Story, tasksPlay } from './tasks.ts'

const CONNECTIONS = 32
const STEP_REQUESTS = 256
const P95_MS_MAX = 500
const SQL_MS_MAX = 100
const LOG_WAIT_MS = 5_000
const POLL_MS = 20

const HEADS = [
  'requests',
  'p50',
  'p95',
  'SQL p50',
  'SQL p95',
  'SQL alone',
  'statements',
  'server CPU',
  'database CPU',
] as const

/** Operations that are not measured here, each with the reason. */
const NOT_MEASURED: Readonly<Record<string, string>> = {
  ReconciliationDifferences: 'there is nothing to find in the world: npm run bench -- reconciliation',
  SettleDifference: 'once for each difference: npm run bench -- reconciliation',
  StartReconciliation: 'its work is a job: npm run bench -- reconciliation',
  AdvanceSandboxClock: 'it moves the time of all the others',
  UploadFile: 'it is a form: npm run bench -- uploads',
  NotificationFeed: 'it is a stream: npm run trials -- events',
  ...Object.fromEntries(
    ['Event', 'Task', 'Transfer', 'Chat', 'SupportQueue', 'QueuePosition'].map((name) => [
      `${name}Stream`,
      'it is a stream: npm run trials -- events',
    ]),
  ),
}

interface Figures {
  waitsMs: number[]
  sqlMs: number[]
  /** The same without concurrency. */
  sqlAloneMs: number[]
  statements: number[]
  /** CPU milliseconds of a request. */
  serverCpuMs: number[]
  databaseCpuMs: number[]
}

/** Measures and prints. Throws if an operation is neither measured nor listed as not measured. */
export async function everyOperation({ data, requests = STEP_REQUESTS, only }: Options): Promise<void> {
  const ground = await prepareBenchGround({ data, onCopy: true })
  const environment = { ...ground.environment, RATE_LIMITS: 'off', LOG_OPERATIONS: 'all' }
  const server = await startOurs(environment)
  const worker = startProcess('worker', environment)
  try {
    const stage = await castOf(ground, requests)
    const stories: Story[] = []
    const play: Play = [
      ...accountsPlay(stage),
      ...tasksPlay(stage, stories),
      ...firstComePlay(stage),
      ...moneyPlay(stage, stories),
      ...reviewsPlay(stage, stories),
      ...supportPlay(stage),
      ...disputesPlay(stage),
      ...payersPlay(stage),
      ...chargebacksPlay(stage),
      ...readsPlay(stage, stories),
      ...eventsPlay(stage),
    ]
    refuseForgotten(play)
    const figures = new Map<string, Figures>()
    for (const one of play) {
      if (typeof one === 'function') await one()
      else addTo(figures, one, await measure(server, ground.postmaster, one))
    }
    print(figures, only)
  } finally {
    await worker.stop()
    await server.stop()
    await ground.end()
  }
}

function refuseForgotten(play: Play): void {
  const known = new Set(Object.keys(NOT_MEASURED))
  for (const one of play) if (typeof one !== 'function') known.add(one.operation)
  const forgotten = Object.keys(sdk)
    .filter((name) => name.endsWith('Document'))
    .map((name) => name.slice(0, -'Document'.length))
    .filter((name) => !known.has(name))
  if (forgotten.length > 0) throw new Error(`Neither measured nor listed as not measured: ${forgotten.join(', ')}.`)
}

/**
 * First some requests one by one, then 32 at once, of which the first ones are not counted: the first arrival of a document is parsed and
 * planned, and each database connection prepares each statement once.
 */
async function measure(
  server: MeasuredServer & MeasuredLog,
  postmaster: number,
  { operation, requests, shot }: Step,
): Promise<Figures> {
  let index = 0
  const send = async (connections: number, count: number): Promise<{ waitsMs: number[]; lines: LoggedLine[] }> => {
    const from = server.output().length
    const next = () => shot(index++)
    const { latencies: waitsMs } = await load(server.url, { next, connections, requests: count })
    return { waitsMs, lines: await loggedLines(server, { from, operation, requests: count }) }
  }
  const eighth = Math.floor(requests / 8)
  const { lines: alone } = await send(1, eighth)
  await send(CONNECTIONS, eighth)
  const counted = requests - 2 * eighth
  const spent = async () => [await cpuNanoseconds(server.processId), await cpuNanosecondsOfFamily(postmaster)] as const
  const before = await spent()
  const { waitsMs, lines } = await send(CONNECTIONS, counted)
  const after = await spent()
  return {
    waitsMs,
    sqlMs: lines.map(({ statementsMs }) => statementsMs),
    sqlAloneMs: alone.map(({ statementsMs }) => statementsMs),
    statements: lines.map(({ statements }) => statements),
    serverCpuMs: [(after[0] - before[0]) / 1e6 / counted],
    databaseCpuMs: [(after[1] - before[1]) / 1e6 / counted],
  }
}

interface MeasuredLog {
  output(): string
}

interface LoggedLine {
  operation?: string
  statements: number
  statementsMs: number
}

// The last lines may still be in the pipe when the last answer arrives.
async function loggedLines(
  { output }: { output(): string },
  { from, operation, requests }: { from: number; operation: string; requests: number },
): Promise<LoggedLine[]> {
  const deadline = performance.now() + LOG_WAIT_MS
  while (performance.now() < deadline) {
    const lines = output()
      .slice(from)
      .split('\n')
      .filter((text) => text.includes(`"operation":"${operation}"`) && text.endsWith('}'))
    if (lines.length >= requests) return lines.map((text) => JSON.parse(text))
    await pause(POLL_MS)
  }
  throw new Error(`The log does not have all of ${operation}.`)
}

function addTo(figures: Map<string, Figures>, { operation, variant }: Step, more: Figures): void {
  const name = variant ? `${operation}, ${variant}` : operation
  const before = figures.get(name)
  if (!before) figures.set(name, more)
  else for (const [figure, values] of Object.entries(more)) before[figure as keyof Figures].push(...values)
}

function print(figures: ReadonlyMap<string, Figures>, only: string | undefined): void {
  const chosen = [...figures].filter(
    ([name]) => only === undefined || only.split(',').includes(name.split(',')[0] ?? ''),
  )
  const rows = chosen.map(([name, { waitsMs, sqlMs, sqlAloneMs, statements, ...cpu }]) => ({
    name,
    p95: at(waitsMs, 0.95),
    sqlP95: at(sqlMs, 0.95),
    sqlAlone: median(sqlAloneMs),
    cells: [
      waitsMs.length,
      at(waitsMs, 0.5),
      at(waitsMs, 0.95),
      at(sqlMs, 0.5),
      at(sqlMs, 0.95),
      median(sqlAloneMs),
      median(statements),
      median(cpu.serverCpuMs),
      median(cpu.databaseCpuMs),
    ],
  }))
  const under = rows.filter(({ p95 }) => p95 < P95_MS_MAX).length
  const sqlUnder = rows.filter(({ sqlP95 }) => sqlP95 < SQL_MS_MAX).length
  const aloneUnder = rows.filter(({ sqlAlone }) => sqlAlone < SQL_MS_MAX).length
  printTable(
    `Milliseconds of each operation, ${CONNECTIONS} at once`,
    HEADS,
    rows
      .toSorted((one, other) => other.p95 - one.p95)
      .map(({ name, cells }) => [
        name,
        ...cells.map((cell) => cell.toFixed(Number.isInteger(cell) || cell >= 10 ? 0 : 1)),
      ]),
  )
  printSentence(`${under} of ${rows.length} have a p95 under ${P95_MS_MAX} ms at ${CONNECTIONS} connections`)
  printSentence(
    `${sqlUnder} of ${rows.length} have a p95 of their SQL under ${SQL_MS_MAX} ms, ${aloneUnder} a median alone`,
  )
  console.log('\nNot measured:')
  for (const [name, reason] of Object.entries(NOT_MEASURED)) console.log(`  ${name}: ${reason}`)
}

const at = (values: readonly number[], share: number): number =>
  percentile(
    values.toSorted((one, other) => one - other),
    share,
  )
