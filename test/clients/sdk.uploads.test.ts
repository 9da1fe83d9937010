import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  createClient,
  orThrow,
  type Progress,
  streamedFile,
  type Uploadable,
  UploadFileDocument,
} from '../../schema/sdk/index.ts'
import { fileAt } from '../../schema/sdk/node.ts'
import { type Person, person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { startFront, type UnreliableFront } from './unreliableFront.ts'

// A PNG header and random bytes, because the type is detected from the first bytes.
const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  randomBytes(300_000),
])
const SHA256 = createHash('sha256').update(PNG).digest('hex')

let app: TestApp
let anna: Person
let folder: string
let front: UnreliableFront

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'errand-upload-'))
  app = await startApp({ rateLimits: false })
  front = await startFront(await app.listen())
  anna = await person(app, 'Anna')
  await writeFile(join(folder, 'picture.png'), PNG)
})
afterAll(async () => {
  await front.stop()
  await app.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  front.requests.length = 0
})

async function upload(file: Uploadable, { steps = [] as Progress[] } = {}) {
  const client = createClient({ url: front.url, token: anna.accessToken })
  const onProgress = (progress: Progress) => steps.push(progress)
  const { uploadFile } = await client.send(UploadFileDocument, { input: { purpose: 'TASK', file } }, { onProgress })
  return orThrow(uploadFile)
}

test('a file is uploaded from a path, with progress to the last byte', async () => {
  const steps: Progress[] = []
  const { attachment } = await upload(await fileAt(join(folder, 'picture.png')), { steps })
  expect(attachment).toMatchObject({ filename: 'picture.png', contentType: 'image/png', sha256: SHA256 })
  const sent = steps.map(({ sentBytes }) => sentBytes)
  expect(sent).toEqual([...sent].sort((one, other) => one - other))
  expect(sent.length).toBeGreaterThan(4)
  expect(steps.at(-1)?.sentBytes).toBe(steps.at(-1)?.totalBytes)
  expect(front.requests[0]?.headers['content-length']).toBe(String(steps.at(-1)?.totalBytes))
})

test('a file is uploaded from a Blob, a File, and a stream of unknown length', async () => {
  const named = await upload(new File([PNG], 'a "quoted"\nname.png'))
  expect(named.attachment.sha256).toBe(SHA256)
  expect(named.attachment.filename).not.toBe('')
  expect((await upload(new Blob([PNG]))).attachment).toMatchObject({ filename: 'file', sha256: SHA256 })

  const steps: Progress[] = []
  const stream = streamedFile(createReadStream(join(folder, 'picture.png')), { filename: 'streamed.png' })
  expect((await upload(stream, { steps })).attachment).toMatchObject({ filename: 'streamed.png', sha256: SHA256 })
  expect(steps.every(({ totalBytes }) => totalBytes === undefined)).toBe(true)
  const web = streamedFile(new Blob([PNG]).stream(), { filename: 'web.png', byteSize: PNG.length })
  expect((await upload(web)).attachment).toMatchObject({ filename: 'web.png', sha256: SHA256 })
})

test('an upload whose response was lost is retried with its key, and stored once', async () => {
  front.fates = ['lose the answer']
  const { replayed, attachment } = await upload(new File([PNG], 'again.png'))
  expect(replayed).toBe(true)
  const rows = await app.database.rows`/* testFiles */ select from attachments where filename = 'again.png'`
  expect(rows).toHaveLength(1)
  expect(attachment.sha256).toBe(SHA256)
})

test('an upload from a stream is not retried, because a stream can be read only once', async () => {
  front.fates = ['lose the answer']
  const stream = streamedFile(createReadStream(join(folder, 'picture.png')), { filename: 'once.png' })
  await expect(upload(stream)).rejects.toMatchObject({ name: 'NoAnswerError', idempotencyKey: expect.any(String) })
  expect(front.requests).toHaveLength(1)
})

test('a refused file is a refusal like any other', async () => {
  await expect(upload(new Blob(['<html></html>']))).rejects.toMatchObject({
    refusal: { __typename: 'FileRejectedError', code: 'FILE_TYPE_NOT_ALLOWED' },
  })
})
