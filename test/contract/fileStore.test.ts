/** The contract of file stores, tested on the folder, and on S3 with a compatible server. */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../src/db/ids.ts'
import { localStore } from '../../src/files/store/localStore.ts'
import { s3Store } from '../../src/files/store/s3Store.ts'
import { type FileStore, StoreUnavailableError } from '../../src/files/store/store.ts'
import { S3_CREDENTIALS, startS3 } from '../support/servers/s3Server.ts'

const BUCKET = 'errand-files'
const folder = await mkdtemp(join(tmpdir(), 'errand-store-'))
const s3 = await startS3({ directory: join(folder, 's3'), bucket: BUCKET })

afterAll(async () => {
  await s3.stop()
  await rm(folder, { recursive: true, force: true })
})

const s3At = (endpoint: string, bucket = BUCKET): FileStore =>
  s3Store({
    config: { bucket, region: 'us-east-1', endpoint, credentials: S3_CREDENTIALS },
    scratchFolder: join(folder, 'scratch'),
  })

async function* chunks(content: Buffer, size = 10_000): AsyncGenerator<Buffer[]> {
  for (let at = 0; at < content.length; at += 2 * size) {
    yield [content.subarray(at, at + size), content.subarray(at + size, at + 2 * size)]
  }
}

async function bytesOf(reading: Promise<AsyncIterable<Uint8Array> | undefined>): Promise<Buffer | undefined> {
  const bytes = await reading
  if (!bytes) return undefined
  const read: Uint8Array[] = []
  for await (const chunk of bytes) read.push(chunk)
  return Buffer.concat(read)
}

describe.each([
  ['the folder', () => localStore(join(folder, 'local'))],
  ['S3', () => s3At(s3.endpoint)],
])('%s', (_name, open) => {
  const content = randomBytes(300_000)
  let store: FileStore
  beforeAll(() => {
    store = open()
  })

  test('returns the written bytes, completely and by range', async () => {
    const key = newId()
    await store.write(key, chunks(content))
    expect(await store.has(key)).toBe(true)
    expect(await bytesOf(store.read(key))).toEqual(content)
    expect(await bytesOf(store.read(key, { start: 0, end: 1 }))).toEqual(content.subarray(0, 2))
    expect(await bytesOf(store.read(key, { start: 100_000, end: 299_999 }))).toEqual(content.subarray(100_000))
  })

  test('has nothing under an unknown key, and can remove it', async () => {
    const key = newId()
    expect(await store.has(key)).toBe(false)
    expect(await store.read(key)).toBeUndefined()
    await store.remove(key)
  })

  test('stores nothing of a write that fails, and rejects with its error', async () => {
    const key = newId()
    const broken = async function* () {
      yield [content]
      throw new Error('The sender has gone.')
    }
    await expect(store.write(key, broken())).rejects.toThrow('The sender has gone.')
    expect(await store.has(key)).toBe(false)
  })

  test('has nothing under a removed key', async () => {
    const key = newId()
    await store.write(key, chunks(content))
    await store.remove(key)
    expect(await store.has(key)).toBe(false)
    expect(await store.read(key)).toBeUndefined()
  })

  test('lists each file once, page by page', async () => {
    const startedAt = Date.now()
    const keys = Array.from({ length: 25 }, newId)
    for (const key of keys) await store.write(key, chunks(content.subarray(0, 10)))
    const found: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await store.list({ after, limit: 10 })
      for (const { key, writtenAt } of page) {
        found.push(key)
        if (keys.includes(key)) expect(Math.abs(writtenAt.getTime() - startedAt)).toBeLessThan(60_000)
      }
      if (page.length < 10) break
      after = page.at(-1)?.key
    }
    expect(new Set(found).size).toBe(found.length)
    expect(found).toEqual(expect.arrayContaining(keys))
  })

  test('handles 50 concurrent writes', async () => {
    const keys = Array.from({ length: 50 }, newId)
    await Promise.all(keys.map((key) => store.write(key, chunks(content))))
    for (const key of keys) expect((await bytesOf(store.read(key)))?.equals(content)).toBe(true)
  })
})

describe('an unavailable store throws StoreUnavailableError from each method', () => {
  const everything = async (store: FileStore) => {
    await expect(store.write(newId(), chunks(Buffer.from('a')))).rejects.toThrow(StoreUnavailableError)
    await expect(store.read(newId())).rejects.toThrow(StoreUnavailableError)
    await expect(store.has(newId())).rejects.toThrow(StoreUnavailableError)
    await expect(store.remove(newId())).rejects.toThrow(StoreUnavailableError)
    await expect(store.list({ after: undefined, limit: 10 })).rejects.toThrow(StoreUnavailableError)
  }

  test('a path that is not a folder', async () => {
    const path = join(folder, 'file')
    await writeFile(path, '')
    await everything(localStore(path))
  })

  test('an S3 that does not answer', () => everything(s3At('http://127.0.0.1:1')), 60_000)

  test('a missing bucket', async () => {
    await expect(s3At(s3.endpoint, 'another-bucket').write(newId(), chunks(Buffer.from('a')))).rejects.toThrow(
      StoreUnavailableError,
    )
  })
})

test('the folder removes old unfinished files of ended processes, and none that is being written', async () => {
  const path = join(folder, 'left')
  const store = localStore(path)
  await mkdir(join(path, 'unfinished'), { recursive: true })
  for (const name of ['old', 'new']) await writeFile(join(path, 'unfinished', name), '')
  const yesterday = new Date(Date.now() - 24 * 3_600_000)
  await utimes(join(path, 'unfinished', 'old'), yesterday, yesterday)
  await store.clearUnfinished()
  expect(await readdir(join(path, 'unfinished'))).toEqual(['new'])
})
