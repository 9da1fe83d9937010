/**
 * A folder as a file store: `<last two digits of the key>/<key>`, so that no folder grows too long to list. A file is written
 * under a temporary name, synced and renamed, so under its key there is all of it or nothing, whatever crashes.
 */
import { type FileHandle, mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ByteRange, type FileStore, type StoredFile, StoreUnavailableError } from './store.ts'

const UNFINISHED = 'unfinished'
// Longer than any upload may take: whoever wrote it has ended.
const UNFINISHED_MS = 6 * 3_600_000
const SHARD = /^[0-9a-f]{2}$/
const READ_BYTES = 64 * 1024
const WHOLE: ByteRange = { start: 0, end: Number.MAX_SAFE_INTEGER }

/** Makes its folders as they are needed. Everything that the system refuses is a StoreUnavailableError. */
export function localStore(folder: string): FileStore {
  const shardOf = (key: string) => join(folder, key.slice(-2))
  const pathOf = (key: string) => join(shardOf(key), key)
  const unfinished = join(folder, UNFINISHED)
  return {
    async write(key, bytes) {
      const temporary = join(unfinished, key)
      try {
        await mkdirs(unfinished, shardOf(key))
        await writeWhole(temporary, bytes)
        await asStoreError(rename(temporary, pathOf(key)))
        await syncFolder(shardOf(key))
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {}) // On a folder that cannot be written there is none.
        throw error
      }
    },
    async read(key, range = WHOLE) {
      const file = await openIfThere(pathOf(key))
      return file && piecesOf(file, range)
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

async function mkdirs(...folders: string[]): Promise<void> {
  for (const folder of folders) await asStoreError(mkdir(folder, { recursive: true }))
}

// What `bytes` throws passes as it is: that is a refusal of the file, not of the store.
async function writeWhole(path: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const file = await asStoreError(open(path, 'wx'))
  // One piece is written while the next one comes and is looked at; never more.
  let writing: Promise<void> = Promise.resolve()
  try {
    for await (const piece of bytes) {
      await writing
      writing = asStoreError(writeAll(file, piece))
      writing.catch(() => {}) // Told where it is waited for.
    }
    await writing
    await asStoreError(file.sync())
  } finally {
    await writing.catch(() => {})
    await file.close()
  }
}

async function writeAll(file: FileHandle, piece: Buffer): Promise<void> {
  let written = 0
  while (written < piece.length) {
    const { bytesWritten } = await file.write(piece, written)
    written += bytesWritten
  }
}

/** The rename is durable only when the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await asStoreError(open(path, 'r'))
  try {
    await asStoreError(folder.sync())
  } finally {
    await folder.close()
  }
}

const openIfThere = (path: string): Promise<FileHandle | undefined> => unlessMissing(open(path, 'r'))

/** Not a generator: one that is never begun would never close its file. */
function piecesOf(file: FileHandle, { start, end }: ByteRange): AsyncIterableIterator<Buffer> {
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
