/**
 * Uploads of attackers: cut at random bytes in four ways, and bodies changed at random. Each gets typed data or 4xx, unless its client
 * is gone. Nothing is left behind, nothing hangs, and the server continues.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '../support/seededRandom.ts'
import { beginUpload, CONTENT_TYPE, files, UPLOAD, uploadForm } from '../support/uploads.ts'
import { collectedMemory, REPORTING_MEMORY } from './collectedMemory.ts'
import { prepareGround } from './ground.ts'

const CUT_COUNT = 500
const MUTATED_COUNT = 2_000
const AT_ONCE = 20
const ANSWER_WAIT_MS = 30_000
const SILENCE_MS = 2_000
const SETTLE_WAIT_MS = 30_000

// The number of the server's own descriptors (listeners, probes) varies.
const DESCRIPTORS_SPARE = 3
// Size of Yoga's caches of parsed documents with their validation errors, and of documents that do not parse.
const REMEMBERED_MAX = 1_024
const MEGABYTE = 1_048_576
const USED_SPARE_MEGABYTES = 4
const RESIDENT_SPARE_MEGABYTES = 32
const POOL_MAX = 4 // All connections are open before the measurement.

const WAYS = ['destroy', 'reset', 'half close', 'stall'] as const

// An accepted upload. A random change may have removed some of these fields from the selection.
const TAKEN = /"__typename":"AttachmentPayload"|"attachment":|"replayed":/

/** A server, and a person who is signed in. */
interface Target {
  url: string
  person: { accessToken: string }
}

/** Cuts this many uploads, each at another byte. Resolves when all have ended. */
export async function cutUploads(target: Target, { seed, count }: { seed: number; count: number }): Promise<void> {
  const random = seededRandom(seed)
  const form = uploadForm(files.pdf(300_000))
  await inParallel(count, async (index) => {
    const way = WAYS[index % WAYS.length] ?? 'destroy'
    const cutAt = 1 + Math.floor(random() * (form.length - 2))
    const socket = await beginUpload(target.url, target.person, form.length)
    let answer = ''
    socket.setEncoding('utf8').on('data', (piece: string) => {
      answer += piece
    })
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    await new Promise<void>((resolve) => socket.write(form.subarray(0, cutAt), () => resolve()))
    if (way === 'destroy') socket.destroy()
    if (way === 'reset') socket.resetAndDestroy()
    if (way === 'half close') socket.end()
    // The server ends a silent connection. A client that closed only its half gets an answer, then closes too.
    socket.once('end', () => socket.destroy())
    await within(closed, `${way} at byte ${cutAt} was never ended`)
    if (answer) assert.match(answer, /^HTTP\/1\.1 (200|4\d\d) /, `${way} at byte ${cutAt}`)
    assert.ok(!TAKEN.test(answer), `${way} at byte ${cutAt} was taken for whole`)
  })
}

/** Sends this many randomly changed bodies. Returns how many were accepted because their changes did no harm. */
export async function mutatedBodies(
  target: Target,
  { seed, count }: { seed: number; count: number },
): Promise<{ taken: number }> {
  const random = seededRandom(seed)
  const bodies = Array.from({ length: count }, () => mutated(uploadForm(files.png(2_000)), random))
  let taken = 0
  await inParallel(count, async (index) => {
    const headers = { 'content-type': CONTENT_TYPE, authorization: `Bearer ${target.person.accessToken}` }
    const { status, text } = await within(
      exchange(`${target.url}/graphql`, { method: 'POST', headers }, bodies[index]),
      `body ${index} was never answered`,
    )
    assert.ok(status < 500, `${status} for body ${index}: ${text}`)
    assert.ok(!/INTERNAL|UNAVAILABLE/.test(text), `body ${index}: ${text}`)
    if (TAKEN.test(text)) taken++
  })
  return { taken }
}

/** Sends a request on its own connection, which ends with it, so that it is not counted later. */
async function exchange(
  url: string,
  options: RequestOptions,
  body?: Buffer,
): Promise<{ status: number; text: string }> {
  const sent = request(url, { ...options, agent: false })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  let text = ''
  for await (const piece of response.setEncoding('utf8')) text += piece
  return { status: response.statusCode ?? 0, text }
}

/** Makes one to four changes: a byte, a piece removed, doubled or moved, an early end, noise. */
function mutated(form: Buffer, random: () => number): Buffer {
  // Mostly in the first kilobyte, which has the form.
  const place = () => Math.floor(random() * (random() < 0.8 ? 1_000 : form.length))
  const changes = [
    () => {
      form = Buffer.from(form)
      form[place() % form.length] = Math.floor(random() * 256)
    },
    () => {
      const at = place()
      form = Buffer.concat([form.subarray(0, at), form.subarray(at + 1 + Math.floor(random() * 40))])
    },
    () => {
      const at = place()
      form = Buffer.concat([form.subarray(0, at + 30), form.subarray(at)])
    },
    () => {
      const [at, from] = [place(), place()]
      form = Buffer.concat([form.subarray(0, at), form.subarray(from, from + 60), form.subarray(at)])
    },
    () => {
      form = form.subarray(0, 1 + place())
    },
    () => {
      const noise = Buffer.from(Array.from({ length: 50 }, () => Math.floor(random() * 256)))
      const at = place()
      form = Buffer.concat([form.subarray(0, at), noise, form.subarray(at)])
    },
  ]
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) changes[Math.floor(random() * changes.length)]?.()
  return form
}

/**
 * Fills the document caches with bad documents: some that do not parse, and some that do not validate, whose errors use the most memory.
 * From then on each new document evicts another.
 */
async function rememberedDocuments({ url, person }: Target): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${person.accessToken}` }
  await inParallel(2 * REMEMBERED_MAX, async (index) => {
    const query = index % 2 === 0 ? UPLOAD.replace('replayed', `unknown${index}`) : `${UPLOAD} ${index}`
    await exchange(`${url}/graphql`, { method: 'POST', headers }, Buffer.from(JSON.stringify({ query })))
  })
}

async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function within<Value>(work: Promise<Value>, otherwise: string): Promise<Value> {
  const patience = new AbortController()
  const late = pause(ANSWER_WAIT_MS, undefined, { signal: patience.signal, ref: false }).then(() => {
    throw new Error(otherwise)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    patience.abort()
    late.catch(() => {})
  }
}

/** Runs both for each seed (1 by default) against its own server, and prints the results. */
export async function uploads({ from, seeds = 1 }: { from: number; seeds?: number }): Promise<void> {
  const ground = await prepareGround({
    worker: 'apart',
    environment: {
      UPLOAD_SILENCE_MS: String(SILENCE_MS),
      DATABASE_POOL_MAX: String(POOL_MAX),
      NODE_OPTIONS: REPORTING_MEMORY,
    },
  })
  try {
    await ground.start()
    const target = { url: ground.url, person: await ground.signIn('Sender') }
    // Warm up with the whole load once: code, pool, buffers, V8's heap, and full document caches.
    await rememberedDocuments(target)
    await cutUploads(target, { seed: 0, count: CUT_COUNT })
    await mutatedBodies(target, { seed: 0, count: MUTATED_COUNT })
    await pause(SILENCE_MS)
    const before = await measure(ground)
    let recorded = before.rows
    for (let seed = from; seed < from + seeds; seed++) {
      const startedAt = performance.now()
      await cutUploads(target, { seed, count: CUT_COUNT })
      assert.equal((await settled(ground, before)).rows, recorded, 'nothing of what was cut is kept')
      const { taken } = await mutatedBodies(target, { seed, count: MUTATED_COUNT })
      recorded += taken
      const after = await settled(ground, before)
      assert.equal(after.rows, recorded, 'what was taken is kept, and nothing else')
      assert.equal(after.files, after.rows, 'each row has its file, and each file its row')
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0)
      console.log(`seed ${seed}: ${CUT_COUNT} cut, ${MUTATED_COUNT} changed (${taken} did no harm), ${seconds} s`)
      console.log(`  descriptors ${before.descriptors} before, ${after.descriptors} after`)
      console.log(
        `  in use ${inUse(before)} MB before, ${inUse(after)} MB after, collected; files and rows ${after.rows}`,
      )
      console.log(
        `  resident ${before.residentMegabytes.toFixed(0)} MB before, ${after.residentMegabytes.toFixed(0)} MB after`,
      )
      assert.ok(after.usedMegabytes < before.usedMegabytes + USED_SPARE_MEGABYTES, 'memory that is in use is back')
      assert.ok(
        after.residentMegabytes < before.residentMegabytes + RESIDENT_SPARE_MEGABYTES,
        'resident memory is level',
      )
    }
    assert.equal(errorsIn(ground.output()), 0, ground.output())
    console.log('No crash, no hang, no 5xx, no error in the log.')
  } finally {
    await ground.end()
  }
}

type Ground = Awaited<ReturnType<typeof prepareGround>>

const inUse = ({ usedMegabytes }: Measure) => usedMegabytes.toFixed(1)

interface Measure {
  descriptors: number
  /** Memory in use, on and off the heap, after a garbage collection. */
  usedMegabytes: number
  /** Resident memory, which includes the reserves of V8 and malloc. */
  residentMegabytes: number
  files: number
  unfinished: number
  rows: number
}

async function measure(ground: Ground): Promise<Measure> {
  const { database, filesFolder, pid } = ground
  const names = await readdir(filesFolder, { recursive: true, withFileTypes: true }).catch(() => [])
  const [unfinished, files] = [true, false].map(
    (isUnfinished) =>
      names.filter((entry) => entry.isFile() && entry.parentPath.endsWith('unfinished') === isUnfinished).length,
  )
  const rows = await database.row<{ count: bigint }>`
    /* trialAttachments */
    select count(*)
    from attachments`
  const { heapUsed, external, rss } = await collectedMemory(ground)
  return {
    descriptors: (await readdir(`/proc/${pid()}/fd`)).length,
    usedMegabytes: (heapUsed + external) / MEGABYTE,
    residentMegabytes: rss / MEGABYTE,
    files: files ?? 0,
    unfinished: unfinished ?? 0,
    rows: Number(rows?.count),
  }
}

/** Waits until no upload is unfinished and the number of descriptors is back. */
async function settled(ground: Ground, before: Measure): Promise<Measure> {
  const deadline = Date.now() + SETTLE_WAIT_MS
  for (;;) {
    const now = await measure(ground)
    if (now.unfinished === 0 && now.descriptors <= before.descriptors + DESCRIPTORS_SPARE) return now
    if (Date.now() > deadline) throw new Error(`Something was left behind: ${JSON.stringify({ before, now })}`)
    await pause(100)
  }
}

const errorsIn = (output: string): number => output.split('\n').filter((line) => /"level":[56]0/.test(line)).length
