/**
 * Memory and speed of uploads: 50 files of 10 MB at once, and one of 500 MB with the limit raised; this server beside one that
 * joins the pieces before it writes, Yoga's own multipart, and busboy that writes, hashes and syncs and does nothing else.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../support/serverProcess.ts'
import { CONTENT_TYPE, formOf } from '../support/uploads.ts'
import { prepareGround } from '../trials/ground.ts'

const MEGABYTE = 1_000_000
const WARM_COUNT = 20
const ROUNDS = 3
const SAMPLE_MS = 20
const SETTLE_MS = 2_000
const START_WAIT_MS = 20_000
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
}

/** Prints the ratios first, then the figures. */
export async function uploads(): Promise<void> {
  for (const load of LOADS) print(load, await withContestants((contestants) => measureAll(contestants, load)))
}

/** Fresh processes for each load: one that has held a large file keeps its memory, and would look modest with the next. */
async function withContestants<Found>(work: (contestants: Contestant[]) => Promise<Found>): Promise<Found> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-uploads-'))
  const limit = { UPLOAD_DOCUMENT_MAX_BYTES: String(LIMIT_BYTES) }
  const ground = await prepareGround({ worker: 'apart', environment: limit })
  const others: ChildProcess[] = []
  try {
    await ground.start()
    const { accessToken } = await ground.signIn('Sender')
    const headers = { authorization: `Bearer ${accessToken}` }
    const contestants: Contestant[] = [{ name: 'Errand', url: ground.url, pid: ground.pid(), headers }]
    for (const way of ['floor', 'joined', 'yoga']) {
      const { process, ...contestant } = await startOther(way, join(folder, way))
      others.push(process)
      contestants.push(contestant)
    }
    return await work(contestants)
  } finally {
    for (const other of others) other.kill()
    await ground.end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function startOther(way: string, folder: string): Promise<Contestant & { process: ChildProcess }> {
  await mkdir(folder)
  const port = await freePort()
  const script = join(import.meta.dirname, 'contestants/uploads.ts')
  const other = spawn(process.execPath, ['--import', 'tsx', script, way, String(port), folder], { stdio: 'inherit' })
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
  return { name: way, url, pid: other.pid ?? 0, headers: {}, process: other }
}

/** Rounds by turns, so that whatever else the machine does meets all of them: the median speed, and the highest peak of all. */
async function measureAll(contestants: Contestant[], load: Load): Promise<Map<string, Result>> {
  const idle = new Map<string, number>()
  for (const contestant of contestants) {
    for (let count = 0; count < WARM_COUNT; count++) await send(contestant, MEGABYTE)
    await pause(SETTLE_MS)
    idle.set(contestant.name, await residentMegabytes(contestant.pid))
  }
  const rounds = new Map<string, Result[]>(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const contestant of contestants) rounds.get(contestant.name)?.push(await measure(contestant, load))
  }
  return new Map(
    [...rounds].map(([name, results]) => [
      name,
      {
        peakMegabytes: Math.max(...results.map(({ peakMegabytes }) => peakMegabytes)) - (idle.get(name) ?? 0),
        megabytesPerSecond: median(results.map(({ megabytesPerSecond }) => megabytesPerSecond)),
      },
    ]),
  )
}

const median = (values: number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN

/** The highest memory meanwhile, and the bytes of all files by the time until the last is answered. */
async function measure(contestant: Contestant, { fileCount, fileBytes }: Load): Promise<Result> {
  let peakMegabytes = 0
  const sampling = setInterval(async () => {
    peakMegabytes = Math.max(peakMegabytes, await residentMegabytes(contestant.pid))
  }, SAMPLE_MS)
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: fileCount }, () => send(contestant, fileBytes)))
  const seconds = (performance.now() - startedAt) / 1_000
  clearInterval(sampling)
  return { peakMegabytes, megabytesPerSecond: (fileCount * fileBytes) / MEGABYTE / seconds }
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024
}

// One piece of a document, sent again and again: the client costs next to nothing.
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

function print({ name }: Load, results: Map<string, Result>): void {
  const of = (contestant: string): Result =>
    results.get(contestant) ?? { peakMegabytes: Number.NaN, megabytesPerSecond: Number.NaN }
  const [ours, floor] = [of('Errand'), of('floor')]
  const less = (other: string) =>
    `${(100 * (1 - ours.peakMegabytes / of(other).peakMegabytes)).toFixed(0)} % less memory than ${other}`
  console.log(
    `${name}: ${less('joined')}, ${less('yoga')}; ${(ours.megabytesPerSecond / floor.megabytesPerSecond).toFixed(2)} x the speed of busboy alone`,
  )
  for (const [contestant, { peakMegabytes, megabytesPerSecond }] of results) {
    console.log(
      `  ${contestant.padEnd(8)} +${peakMegabytes.toFixed(0)} MB over warm idle, ${megabytesPerSecond.toFixed(0)} MB/s`,
    )
  }
}
