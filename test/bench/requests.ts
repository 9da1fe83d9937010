/** The four operations, this server beside others: alternating rounds on one database, medians, ratios first. */
import { setTimeout as pause } from 'node:timers/promises'
import { peakMegabytes } from './cost.ts'
import { type BenchGround, prepareBenchGround } from './ground.ts'
import { agentFor, load, send } from './load.ts'
import { OPERATION_NAMES, type OperationName, type Shots, shotsFor } from './operations.ts'
import { printSentence, printTable } from './report.ts'
import { requestsByUrl } from './requestsByUrl.ts'
import { cellsOf, middleOf, SAMPLE_HEADS, type Sample, sampleOf } from './round.ts'
import { CONTESTANT_NAMES, type MeasuredServer, startContestant, startOurs } from './servers.ts'

// Few enough that the sender is not the bottleneck, enough that the server is always busy.
const CONNECTIONS = 4
const ROUNDS = 5
const ROUND_REQUESTS = 1_000
// Servers run for weeks, so they are measured warm, that is, when V8 has compiled. CPU of the threads beside the main one in µs a
// request, for each thousand requests: this server's list 447, 326, 59, 32, 23, 11, 9, then 4 to 15; its detail 473, 238, 112, 54, 23,
// 25, 19, 32, 16, then 4 to 11. The bare server is below 10 after 5,000, and no server improves after 9,000. Each round has new
// connections, as the measured rounds have: code that was compiled over open connections is compiled again at the first new one, which
// cost 7 µs a request for 24,000 requests, after 25,000 over the same four connections.
const WARM_UP_ROUNDS = 10
const WARM_UP_ROUND_REQUESTS = 1_000
// Work that a server does after its round, such as garbage collection, disturbs the next round: a round of the bare server after one of
// plugin-prisma took a fifth more than after its own.
const REST_MS = 1_000

export interface Options {
  /** Folder in which the database is kept for the next run. */
  data: string | undefined
  rounds: number | undefined
  requests: number | undefined
  only: string | undefined
  /** A running server, and the token of a person there. */
  url: string | undefined
  token: string | undefined
}

type Table = Map<OperationName, Map<string, Sample>>

/** Measures and prints. Refuses to measure servers whose answers differ. */
export async function requests(options: Options): Promise<void> {
  const { data, rounds = ROUNDS, requests = ROUND_REQUESTS, only, url } = options
  if (url !== undefined) return requestsByUrl(url, options)
  const ground = await prepareBenchGround({ data })
  const running: MeasuredServer[] = []
  try {
    running.push(await startOurs(ground.environment))
    for (const name of CONTESTANT_NAMES) running.push(await startContestant(name, ground.connectionString))
    const shots = await shotsFor(ground.client, ground.secret)
    const names = OPERATION_NAMES.filter((name) => only === undefined || only.split(',').includes(name))
    await refuseDifferentAnswers(running, shots)
    const table: Table = new Map()
    for (const name of names) table.set(name, await measure({ ground, running, shots: shots[name], rounds, requests }))
    print(table, running)
    const peaks = await Promise.all(running.map(async (one) => `${one.name} ${await peakMegabytes(one.processId)}`))
    printSentence(`Peak memory over all of it, MB: ${peaks.join(', ')}`)
  } finally {
    for (const server of running) await server.stop()
    await ground.end()
  }
}

async function refuseDifferentAnswers(
  servers: readonly MeasuredServer[],
  shots: Record<OperationName, Shots>,
): Promise<void> {
  for (const name of OPERATION_NAMES) {
    const shot = shots[name].next()
    const answers: string[] = []
    for (const { url } of servers) {
      const agent = agentFor(url, 1)
      answers.push(comparable(name, await send(url, shot, agent).finally(() => agent.destroy())))
    }
    const different = servers.filter((_server, index) => answers[index] !== answers[0])
    if (different.length > 0) {
      const texts = servers.map((server, index) => `${server.name}:\n${answers[index]}`).join('\n')
      throw new Error(`The answers to ${name} differ:\n${texts}`)
    }
  }
}

// Cursors differ between servers; ids, numbers and times differ between writes.
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
  const { next, arrivals } = shots
  for (const { url } of running) {
    const arriving = arrivals.values()
    const arrive = () => arriving.next().value ?? next()
    for (let round = 0; round < WARM_UP_ROUNDS; round++) {
      await load(url, { next: arrive, connections: CONNECTIONS, requests: WARM_UP_ROUND_REQUESTS })
    }
  }
  const samples = new Map(running.map((server): [string, Sample[]] => [server.name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const server of rotated(running, round)) {
      await pause(REST_MS)
      const sample = await sampleOf({ server, postmaster: ground.postmaster, next, connections: CONNECTIONS, requests })
      samples.get(server.name)?.push(sample)
    }
  }
  return new Map([...samples].map(([server, ofServer]) => [server, middleOf(ofServer)]))
}

/** Each round begins with the next server, so that none always follows the same other. */
const rotated = <Item>(items: readonly Item[], places: number): Item[] => {
  const first = places % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

function print(table: Table, [ours, ...others]: readonly MeasuredServer[]): void {
  printTable(
    'CPU of the server per request: how many times ours the others take',
    others.map(({ name }) => name),
    [...table].map(([operation, samples]) => {
      const own = samples.get(ours?.name ?? '')?.cpuMicroseconds ?? Number.NaN
      const ratioOf = (name: string) => (samples.get(name)?.cpuMicroseconds ?? Number.NaN) / own
      return [operation, ...others.map(({ name }) => ratioOf(name).toFixed(2))]
    }),
  )
  printTable(
    'Each',
    SAMPLE_HEADS,
    [...table].flatMap(([operation, samples]) =>
      [...samples].map(([server, sample]) => [`${operation}, ${server}`, ...cellsOf(sample)] as const),
    ),
  )
}
