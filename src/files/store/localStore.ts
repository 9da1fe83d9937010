/**
 * A file store in a folder: `<last two digits of the key>/<key>`, so that no folder grows too large to list. A file is written
 * under a temporary name, synced and renamed, so after any crash its key has the complete file or none.
 */
import { type FileHandle, mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Batch } from '../../domain/incomingFile.ts'
import { type ByteRange, type FileStore, type StoredFile, StoreUnavailableError } from './store.ts'
import { writeAll } from './writeAll.ts'

const UNFINISHED = 'unfinished'
// Longer than any upload may take, so the process that wrote the file has ended.
const UNFINISHED_MS = 6 * 3_600_000
const SHARD = /^[0-9a-f]{2}$/
const READ_BYTES = 64 * 1024
const WHOLE: ByteRange = { start: 0, end: Number.MAX_SAFE_INTEGER }

/** Creates its folders when needed. Every system error becomes a StoreUnavailableError. */
export function localStore(folder: string): FileStore {
  const shardOf = (key: string) => join(folder, key.slice(-2))
  const pathOf = (key: string) => join(shardOf(key), key)
  const unfinished = join(folder, UNFINISHED)
  return {
    async write(key, bytes) {
      const temporary = join(unfinished, key)
      try {
        await writeWhole(temporary, bytes)
        await inFolder(shardOf(key), () => rename(temporary, pathOf(key)))
        await syncFolder(shardOf(key))
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {}) // In a folder that is not writable there is none.
        throw error
      }
    },
    async read(key, range = WHOLE) {
      const file = await openIfThere(pathOf(key))
      return file && chunksOf(file, range)
    },
    async has(key) {
      return (await unlessMissing(stat(pathOf(key)))) !== undefined
    },
    async remove(key) {
      await asStoreError(rm(pathOf(key), { force: true }))
    },
    list: ({ after, limit }) => asStoreError(listKeys(folder, after, limit)),
    clearUnfinished: () => asStoreError(clearOld(unfinished)),
  }
}

/** Runs `work` in a folder, and creates the folder only after a failure, because it almost always exists. */
async function inFolder<Value>(folder: string, work: () => Promise<Value>): Promise<Value> {
  const done = await unlessMissing(work().then((value) => ({ value })))
  if (done) return done.value
  await makeFolder(folder)
  return asStoreError(work())
}

/** Creates a folder and its missing parents durably, by syncing the parent of each. */
async function makeFolder(folder: string): Promise<void> {
  const first = await asStoreError(mkdir(folder, { recursive: true }))
  for (let created = folder; ; created = dirname(created)) {
    await syncFolder(dirname(created))
    // If another process created the folder, it may not have synced it yet, so its parent is synced here, too.
    if (first === undefined || created === first) return
  }
}

// Errors of `bytes` pass unchanged, because they refuse the file and are not failures of the store.
async function writeWhole(path: string, bytes: AsyncIterable<Batch>): Promise<void> {
  const file = await inFolder(dirname(path), () => open(path, 'wx'))
  try {
    for await (const batch of bytes) await asStoreError(writeAll(file, batch))
    await asStoreError(file.sync())
  } finally {
    await file.close()
  }
}

/** Makes a rename durable, which needs a sync of its folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await asStoreError(open(path, 'r'))
  try {
    await asStoreError(folder.sync())
  } finally {
    await folder.close()
  }
}

const openIfThere = (path: string): Promise<FileHandle | undefined> => unlessMissing(open(path, 'r'))

/** Not a generator, because a generator that is never started would never close its file. */
function chunksOf(file: FileHandle, { start, end }: ByteRange): AsyncIterableIterator<Buffer> {
  let position = start
  const close = async () => {
    await file.close()
    return { done: true as const, value: undefined }
  }
  return {
    async next() {
      const length = Math.min(READ_BYTES, end - position + 1)
      if (length <= 0) return close()
      const { bytesRead, buffer } = await asStoreError(file.read(Buffer.allocUnsafe(length), 0, length, position))
      position += bytesRead
      return bytesRead === 0 ? close() : { done: false, value: buffer.subarray(0, bytesRead) }
    },
    return: close,
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

async function listKeys(folder: string, after: string | undefined, limit: number): Promise<StoredFile[]> {
  const order = (key: string) => key.slice(-2) + key
  const shards = ((await unlessMissing(readdir(folder))) ?? []).filter((name) => SHARD.test(name)).sort()
  const found: StoredFile[] = []
  for (const shard of shards) {
    if (after !== undefined && shard < after.slice(-2)) continue
    const keys = await readdir(join(folder, shard))
    for (const key of keys.sort()) {
      if (after !== undefined && order(key) <= order(after)) continue
      const entry = await unlessMissing(stat(join(folder, shard, key)))
      if (entry) found.push({ key, writtenAt: entry.mtime })
      if (found.length === limit) return found
    }
  }
  return found
}

async function clearOld(folder: string): Promise<void> {
  const entries = await unlessMissing(opendir(folder))
  if (!entries) return
  for await (const { name } of entries) {
    const path = join(folder, name)
    const entry = await unlessMissing(stat(path))
    if (entry && entry.mtimeMs < Date.now() - UNFINISHED_MS) await rm(path, { force: true })
  }
}

async function unlessMissing<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new StoreUnavailableError(error)
  }
}

async function asStoreError<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    throw error instanceof StoreUnavailableError ? error : new StoreUnavailableError(error)
  }
}
