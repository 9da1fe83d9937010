/**
 * An unlinked temporary file: uses disk instead of memory, and disappears with the process, even after a crash. Buffers an upload
 * that arrives before its turn, and a file for a store that needs the size in advance.
 */
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../../db/ids.ts'
import type { Batch } from '../../domain/incomingFile.ts'
import { StoreUnavailableError } from './store.ts'
import { writeAll } from './writeAll.ts'

const READ_BYTES = 64 * 1024

export class Scratch {
  readonly #file: FileHandle
  byteSize = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** Creates one in this folder. Throws StoreUnavailableError. */
  static async make(folder: string): Promise<Scratch> {
    try {
      await mkdir(folder, { recursive: true })
      const path = join(folder, newId())
      const file = await open(path, 'wx+')
      await rm(path)
      return new Scratch(file)
    } catch (error) {
      throw new StoreUnavailableError(error)
    }
  }

  /** Throws StoreUnavailableError. */
  async append(batch: Batch): Promise<void> {
    try {
      await writeAll(this.#file, batch, this.byteSize)
    } catch (error) {
      throw new StoreUnavailableError(error)
    }
    for (const { length } of batch) this.byteSize += length
  }

  /** Reads the written bytes from the beginning. */
  async *read(): AsyncGenerator<Buffer> {
    for (let position = 0; position < this.byteSize; ) {
      const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, position)
      position += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }

  async *readInBatches(): AsyncGenerator<Batch> {
    for await (const chunk of this.read()) yield [chunk]
  }

  /** Frees the disk space; a second call does nothing. */
  close(): Promise<void> {
    return this.#file.close()
  }
}
