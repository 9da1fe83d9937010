/** The four operations, this server beside the others: alternating rounds on one database, medians, ratios first. */
import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { cpuNanoseconds, cpuNanosecondsOfFamily, peakMegabytes, postmasterOf } from './cost.ts'
import { type BenchGround, prepareBenchGround } from './ground.ts'
import { load, median, percentile, send } from './load.ts'
import { OPERATION_NAMES, type OperationName, type Shots, shotsFor } from './operations.ts'
import { CONTESTANT_NAMES, type MeasuredServer, startContestant, startOurs } from './servers.ts'

// Few enough that the sender does not wait for itself, enough that the server always has something to do.
const CONNECTIONS = 4
const ROUNDS = 5
const ROUND_REQUESTS = 1_000

export interface Options {
  /** A folder in which the database is kept for the next run. */
  data: string | undefined
  rounds: number | undefined
  requests: number | undefined
  only: string | undefined
}

interface Sample {
  cpuMicroseconds: number
  databaseMicroseconds: number
  requestsPerSecond: number
  p50: number
  p99: number
}

type Table = Map<OperationName, Map<string, Sample>>

/** Measures and prints. Refuses to measure servers whose answers differ. */
export async function requests({ data, rounds = ROUNDS, requests = ROUND_REQUESTS, only }: Options): Promise<void> {
  const ground = await prepareBenchGround(data)
  const running: MeasuredServer[] = []
  try {
    const secret = randomBytes(32).toString('hex')
    const environment = {
      DATABASE_URL: ground.connectionString,
      DATA_DIR: join(ground.folder, 'data'),
      AUTH_SECRET: secret,
    }
    running.push(await startOurs(environment))
    for (const name of CONTESTANT_NAMES) running.push(await startContestant(name, ground.connectionString))
    const shots = await shotsFor(ground.client, new TextEncoder().encode(secret))
    const names = OPERATION_NAMES.filter((name) => only === undefined || only.split(',').includes(name))
    await refuseDifferentAnswers(running, shots)
    const table: Table = new Map()
    for (const name of names) table.set(name, await measure({ ground, running, shots: shots[name], rounds, requests }))
    print(table, running)
    const peaks = await Promise.all(running.map(async (one) => `${one.name} ${await peakMegabytes(one.processId)}`))
    console.log(`\nPeak memory over all of it, MB: ${peaks.join(', ')}`)
  } finally {
    for (const server of running) await server.stop()
    await ground.end()
  }
}

async function refuseDifferentAnswers(
  servers: readonly MeasuredServer[],
  shots: Record<OperationName, Shots>,
): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  for (const name of OPERATION_NAMES) {
    const shot = shots[name].next()
    const answers: string[] = []
    for (const { url } of servers) answers.push(comparable(name, await send(url, shot, agent)))
    const different = servers.filter((_server, index) => answers[index] !== answers[0])
    if (different.length > 0) {
      const texts = servers.map((server, index) => `${server.name}:\n${answers[index]}`).join('\n')
      throw new Error(`The answers to ${name} differ:\n${texts}`)
    }
  }
  agent.destroy()
}

// Each has cursors of its own; and of one write after another the ids, numbers and times differ.
function comparable(name: OperationName, text: string): string {
  const withoutCursors = text.replace(/"cursor":"[^"]*"/g, '"cursor":""')
  return name === 'write' ? withoutCursors.replace(/msg_\w+|"sequence":\d+|"sentAt":"[^"]*"/g, '') : withoutCursors
}

interface Measuring {
  ground: BenchGround
  running: readonly MeasuredServer[]
  shots: Shots
  rounds: number
  requests: number
}

async function measure({ ground, running, shots, rounds, requests }: Measuring): Promise<Map<string, Sample>> {
  const postmaster = await postmasterOf(join(ground.folder, 'postgres'))
  const { next, arrivals } = shots
  for (const { url } of running) {
    const arriving = arrivals.values()
    const arrive = () => arriving.next().value ?? next()
    await load(url, { next: arrive, connections: CONNECTIONS, requests: arrivals.length })
  }
  const samples = new Map(running.map((server): [string, Sample[]] => [server.name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const server of running) {
      const before = [await cpuNanoseconds(server.processId), await cpuNanosecondsOfFamily(postmaster)] as const
      const done = await load(server.url, { next, connections: CONNECTIONS, requests })
      const after = [await cpuNanoseconds(server.processId), await cpuNanosecondsOfFamily(postmaster)] as const
      samples.get(server.name)?.push({
        cpuMicroseconds: (after[0] - before[0]) / 1_000 / requests,
        databaseMicroseconds: (after[1] - before[1]) / 1_000 / requests,
        requestsPerSecond: requests / done.seconds,
        p50: percentile(done.latencies, 0.5),
        p99: percentile(done.latencies, 0.99),
      })
    }
  }
  return new Map([...samples].map(([server, ofServer]) => [server, middleOf(ofServer)]))
}

function middleOf(samples: readonly Sample[]): Sample {
  const of = (field: keyof Sample) => median(samples.map((sample) => sample[field]))
  return {
    cpuMicroseconds: of('cpuMicroseconds'),
    databaseMicroseconds: of('databaseMicroseconds'),
    requestsPerSecond: of('requestsPerSecond'),
    p50: of('p50'),
    p99: of('p99'),
  }
}

function print(table: Table, [ours, ...others]: readonly MeasuredServer[]): void {
  console.log('\nCPU of the server per request: how many times ours the others take')
  console.log(
    line(
      '',
      others.map(({ name }) => name),
    ),
  )
  for (const [operation, samples] of table) {
    const own = samples.get(ours?.name ?? '')?.cpuMicroseconds ?? Number.NaN
    const ratios = others.map(({ name }) => ((samples.get(name)?.cpuMicroseconds ?? Number.NaN) / own).toFixed(2))
    console.log(line(operation, ratios))
  }
  console.log(`\n${line('', ['CPU µs', 'database µs', 'per second', 'p50 ms', 'p99 ms'])}`)
  for (const [operation, samples] of table) {
    for (const [server, sample] of samples) {
      const { cpuMicroseconds, databaseMicroseconds, requestsPerSecond, p50, p99 } = sample
      const figures = [cpuMicroseconds, databaseMicroseconds, requestsPerSecond].map((figure) => figure.toFixed(0))
      console.log(line(`${operation}, ${server}`, [...figures, p50.toFixed(2), p99.toFixed(2)]))
    }
  }
}

const line = (head: string, cells: readonly string[]): string =>
  head.padEnd(36) + cells.map((cell) => cell.padStart(Math.max(14, cell.length + 2))).join('')
