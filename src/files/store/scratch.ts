/**
 * A file without a name: it takes disk, not memory, and whatever becomes of this process, nothing of it stays. Where bytes must
 * wait: those of an upload that comes before its turn, and those for a store that wants to know how many come.
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

  /** Makes one in this folder. Refuses with StoreUnavailableError. */
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

  /** Refuses with StoreUnavailableError. */
  async append(batch: Batch): Promise<void> {
    try {
      await writeAll(this.#file, batch, this.byteSize)
    } catch (error) {
      throw new StoreUnavailableError(error)
    }
    for (const { length } of batch) this.byteSize += length
  }

  /** What was written, from the beginning. */
  async *read(): AsyncGenerator<Buffer> {
    for (let position = 0; position < this.byteSize; ) {
      const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, position)
      position += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }

  async *readInBatches(): AsyncGenerator<Batch> {
    for await (const piece of this.read()) yield [piece]
  }

  /** Gives the disk back; a second time does nothing. */
  close(): Promise<void> {
    return this.#file.close()
  }
}
