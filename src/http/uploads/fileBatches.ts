/**
 * Reads an uploaded file in batches, with backpressure: the stream is paused while no read is pending. A batch is delivered as
 * soon as the stream has nothing more, so that a bad file is refused as early as possible.
 */
import type { Readable } from 'node:stream'
import type { Batch } from '../../domain/incomingFile.ts'

// Two socket reads. With twice as much, the buffers of fifty concurrent files survive two minor GCs of V8 and are promoted;
// then major GCs take a third of the CPU of an upload.
const BATCH_BYTES = 128 * 1024

interface PendingRead {
  resolve(batch: Batch | undefined): void
  reject(error: Error): void
}

/** The batches of one uploaded file. */
export class FileBatches {
  readonly #stream: Readable
  #pieces: Buffer[] = []
  #byteCount = 0
  #hasEnded = false
  #failure: Error | undefined
  #reader: PendingRead | undefined
  readonly #take = (piece: Buffer) => {
    this.#pieces.push(piece)
    this.#byteCount += piece.length
    this.#offer()
  }

  /** `stream` must have no other reader. Uses callbacks, because a promise per chunk would cost more than writing it. */
  constructor(stream: Readable) {
    this.#stream = stream
    const breakOff = (error?: Error) => this.#end(error ?? new Error('The upload was interrupted.'))
    stream
      .on('error', breakOff)
      .once('close', breakOff)
      .once('end', () => this.#end())
    if (stream.destroyed) breakOff()
    else stream.pause().on('data', this.#take)
  }

  /** Resolves to the next batch, or to undefined at the end. Rejects if the upload is interrupted. */
  next(): Promise<Batch | undefined> {
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
      if (this.#hasEnded) this.#handOver()
      else this.#stream.resume()
    })
  }

  /** Discards the rest of the file. */
  stop(): void {
    this.#stream.off('data', this.#take).resume()
  }

  get #isFull(): boolean {
    return this.#byteCount >= BATCH_BYTES
  }

  #end(failure?: Error): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#failure = failure
    this.#offer()
  }

  #offer(): void {
    if (!this.#reader) return
    if (this.#isFull || this.#hasEnded) this.#handOver()
    // Deferred, because the same turn of the event loop often brings more chunks.
    else if (this.#byteCount > 0) setImmediate(() => this.#handOver())
  }

  #handOver(): void {
    const reader = this.#reader
    if (!reader || (this.#byteCount === 0 && !this.#hasEnded)) return
    this.#reader = undefined
    if (this.#failure) {
      reader.reject(this.#failure)
      return
    }
    const pieces = this.#pieces
    this.#pieces = []
    this.#byteCount = 0
    this.#stream.pause()
    reader.resolve(pieces.length > 0 ? pieces : undefined)
  }
}
