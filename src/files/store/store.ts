/** The port of the file store, implemented by a local folder and by S3. Keys are ids, never filenames. */

import type { Batch } from '../../domain/incomingFile.ts'

/** Bytes from `start` to `end`, both inclusive, as in HTTP. */
export interface ByteRange {
  start: number
  end: number
}

export interface StoredFile {
  key: string
  /** In real time. */
  writtenAt: Date
}

export interface FileStore {
  /** Stores these bytes under a new key: complete and durable once it resolves. If it throws, nothing is stored. */
  write(key: string, bytes: AsyncIterable<Batch>): Promise<void>
  /** Returns the bytes, or a range of them, as a stream; undefined if the key does not exist. */
  read(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>
  has(key: string): Promise<boolean>
  /** Removes the bytes; does nothing for a missing key. */
  remove(key: string): Promise<void>
  /** Lists at most `limit` files after the key `after`, in the store's order of keys. */
  list(page: { after: string | undefined; limit: number }): Promise<StoredFile[]>
  /** Removes unfinished files of processes that ended during a write. */
  clearUnfinished(): Promise<void>
}

/** The store is unreachable, full or not writable: nothing was stored, and a retry may succeed. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  constructor(cause: unknown) {
    super('The file store is unavailable.', { cause })
  }
}
