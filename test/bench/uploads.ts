/**
 * Memory and speed of uploads: 50 files of 10 MB at once, and one of 500 MB with a raised limit. This server beside one that joins the
 * pieces in memory, Yoga's own multipart, and busboy alone, which writes, hashes and syncs.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../support/servers/serverProcess.ts'
import { CONTENT_TYPE, formOf } from '../support/uploads.ts'
import { prepareGround } from '../trials/ground.ts'
import { cpuNanoseconds } from './cost.ts'
import { printTable } from './report.ts'

const MEGABYTE = 1_000_000
const WARM_COUNT = 20
const ROUNDS = 5
const OTHERS = ['floor', 'joined', 'yoga'] as const
const SAMPLE_MS = 20
const SETTLE_MS = 2_000
const START_WAIT_MS = 60_000
const LIMIT_BYTES = 600 * MEGABYTE

interface Contestant {
  name: string
  url: string
  pid: number
  headers: Record<string, string>
}

interface Load {
  name: string
  fileCount: number
  fileBytes: number
}

const LOADS: Load[] = [
  { name: '50 x 10 MB at once', fileCount: 50, fileBytes: 10 * MEGABYTE },
  { name: '1 x 500 MB', fileCount: 1, fileBytes: 500 * MEGABYTE },
]

interface Result {
  peakMegabytes: number
  megabytesPerSecond: number
  /** CPU of all threads of the server, which is more reliable than the speed on a shared machine. */
  cpuMsPerMegabyte: number
}

export interface UploadOptions {
  rounds?: number | undefined
  /** Only these of the others, separated by commas. */
  only?: string | undefined
}

/** Prints the ratios first, then the figures. */
export async function uploads({ rounds = ROUNDS, only = OTHERS.join() }: UploadOptions = {}): Promise<void> {
  const others = OTHERS.filter((way) => only.split(',').includes(way))
  for (const load of LOADS) {
    print(load, await withContestants(others, (contestants) => measureAll(contestants, load, rounds)))
  }
}

/** Starts new processes for each load, because a process keeps the memory of a large file and would seem to need less for the next. */
async function withContestants<Found>(
  ways: readonly string[],
  work: (contestants: Contestant[]) => Promise<Found>,
): Promise<Found> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-uploads-'))
  const limit = { UPLOAD_DOCUMENT_MAX_BYTES: String(LIMIT_BYTES) }
  const ground = await prepareGround({ worker: 'apart', environment: limit })
  const others: ChildProcess[] = []
  try {
    await ground.start()
    const { accessToken } = await ground.signIn('Sender')
    const headers = { authorization: `Bearer ${accessToken}` }
    const contestants: Contestant[] = [{ name: 'Errand', url: ground.url, pid: ground.pid(), headers }]
    for (const way of ways) contestants.push(await startOther(way, join(folder, way), others))
    return await work(contestants)
  } finally {
    for (const other of others) other.kill()
    await ground.end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function startOther(way: string, folder: string, started: ChildProcess[]): Promise<Contestant> {
  await mkdir(folder)
  const port = await freePort()
  const script = join(import.meta.dirname, 'contestants/uploads.ts')
  const other = spawn(process.execPath, ['--import', 'tsx', script, way, String(port), folder], { stdio: 'inherit' })
  started.push(other)
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + START_WAIT_MS
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  ) {
    if (Date.now() > deadline) throw new Error(`${way} did not start.`)
    await pause(100)
  }
  return { name: way, url, pid: other.pid ?? 0, headers: {} }
}

/** Alternating rounds, each beginning with another server, so that other load on the machine affects all alike. */
async function measureAll(contestants: Contestant[], load: Load, rounds: number): Promise<Map<string, Result[]>> {
  const idle = new Map<string, number>()
  for (const contestant of contestants) {
    for (let count = 0; count < WARM_COUNT; count++) await send(contestant, MEGABYTE)
    await pause(SETTLE_MS)
    idle.set(contestant.name, await residentMegabytes(contestant.pid))
  }
  const results = new Map<string, Result[]>(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const first = round % contestants.length
    for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const { peakMegabytes, ...rest } = await measure(contestant, load)
      const overIdle = peakMegabytes - (idle.get(contestant.name) ?? 0)
      results.get(contestant.name)?.push({ ...rest, peakMegabytes: overIdle })
    }
  }
  return results
}

/** Measures peak memory, bytes per second until the last answer, and CPU. */
async function measure(contestant: Contestant, { fileCount, fileBytes }: Load): Promise<Result> {
  let peakMegabytes = 0
  const sampling = setInterval(async () => {
    peakMegabytes = Math.max(peakMegabytes, await residentMegabytes(contestant.pid))
  }, SAMPLE_MS)
  const spentBefore = await cpuNanoseconds(contestant.pid)
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: fileCount }, () => send(contestant, fileBytes)))
  const seconds = (performance.now() - startedAt) / 1_000
  clearInterval(sampling)
  const megabytes = (fileCount * fileBytes) / MEGABYTE
  const cpuSeconds = ((await cpuNanoseconds(contestant.pid)) - spentBefore) / 1e9
  return { peakMegabytes, megabytesPerSecond: megabytes / seconds, cpuMsPerMegabyte: (cpuSeconds * 1_000) / megabytes }
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024
}

// One piece of a document, sent repeatedly, so that the client needs little CPU.
const HEAD = Buffer.from('%PDF-1.7\n')
const PIECE = Buffer.alloc(64 * 1_024, 0x20)

const QUERY = 'mutation ($input: UploadFileInput!) { uploadFile(input: $input) { __typename } }'
const FORM = formOf([
  {
    name: 'operations',
    content: JSON.stringify({ query: QUERY, variables: { input: { purpose: 'TASK', file: null } } }),
  },
  { name: 'map', content: JSON.stringify({ file: ['variables.input.file'] }) },
  { name: 'file', filename: 'file.pdf', content: HEAD },
])
const SPLIT_AT = FORM.indexOf(HEAD) + HEAD.length

async function send({ url, headers }: Contestant, fileBytes: number): Promise<void> {
  const sent = request(`${url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': CONTENT_TYPE, 'content-length': FORM.length + fileBytes - HEAD.length, ...headers },
  })
  const answered = new Promise<string>((resolve, reject) => {
    sent.once('error', reject).once('response', async (response) => {
      let text = ''
      for await (const piece of response) text += piece
      resolve(text)
    })
  })
  sent.write(FORM.subarray(0, SPLIT_AT))
  for (let left = fileBytes - HEAD.length; left > 0; left -= PIECE.length) {
    if (!sent.write(PIECE.subarray(0, left)))
      await Promise.race([new Promise((resolve) => sent.once('drain', resolve)), answered])
  }
  sent.end(FORM.subarray(SPLIT_AT))
  const text = await answered
  if (!text.includes('"AttachmentPayload"')) throw new Error(`Not taken: ${text}`)
}

function print({ name }: Load, results: Map<string, Result[]>): void {
  const of = (contestant: string, value: keyof Result) => (results.get(contestant) ?? []).map((result) => result[value])
  const ratios = (value: keyof Result) =>
    of('Errand', value).map((ours, round) => ours / (of('floor', value)[round] ?? Number.NaN))
  const peak = (contestant: string) => Math.max(...of(contestant, 'peakMegabytes'))
  const less = (other: string) => (100 * (1 - peak('Errand') / peak(other))).toFixed(0)
  const large = ['joined', 'yoga'].filter((other) => results.has(other))
  const heads = ['times the speed of busboy', 'times its CPU', ...large.map((other) => `% less memory than ${other}`)]
  const [speed, cost] = [spread(ratios('megabytesPerSecond')), spread(ratios('cpuMsPerMegabyte'))]
  printTable('Ratios: median, least and most of the rounds', heads, [[name, speed, cost, ...large.map(less)]])
  printTable(
    'Each',
    ['MB over warm idle', 'MB/s', 'CPU ms a MB'],
    [...results.keys()].map((contestant) => [
      `${name}, ${contestant}`,
      `+${peak(contestant).toFixed(0)}`,
      median(of(contestant, 'megabytesPerSecond')).toFixed(0),
      median(of(contestant, 'cpuMsPerMegabyte')).toFixed(2),
    ]),
  )
}

const median = (values: number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN

/** Formats the median, minimum and maximum of the rounds. */
const spread = (ratios: number[]): string =>
  `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`
