/** Where the bytes of files are: a port, with a folder of this machine behind it, or S3. Keys are ids of ours, never names. */

import type { Batch } from '../../domain/incomingFile.ts'

/** Bytes from `start` to `end`, both inclusive, as in HTTP. */
export interface ByteRange {
  start: number
  end: number
}

export interface StoredFile {
  key: string
  /** When it was written, in real time. */
  writtenAt: Date
}

export interface FileStore {
  /** Keeps these bytes under a new key: whole and durable once it returns. When it throws, nothing of them is kept. */
  write(key: string, bytes: AsyncIterable<Batch>): Promise<void>
  /** The bytes, or a part of them, as they are wanted; undefined when there are none under the key. */
  read(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>
  has(key: string): Promise<boolean>
  /** Removes them; nothing to remove is fine. */
  remove(key: string): Promise<void>
  /** At most `limit` of what there is, in the order of keys, beyond `after`. */
  list(page: { after: string | undefined; limit: number }): Promise<StoredFile[]>
  /** Removes what a process left behind that ended while it wrote, where that can be. */
  clearUnfinished(): Promise<void>
}

/** The store does not answer, is full, or may not be written: nothing was kept, and the same may succeed later. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  constructor(cause: unknown) {
    super('The file store cannot be used.', { cause })
  }
}
