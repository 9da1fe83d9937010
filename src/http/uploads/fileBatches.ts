/**
 * What comes of a file, some pieces at a time, and nothing while nobody waits for it. What has come goes on at once when nothing
 * more is there, so a file is refused as soon as it can be.
 */
import type { Readable } from 'node:stream'
import type { Batch } from '../../domain/incomingFile.ts'

// Two pieces, as the system gives them. Of twice as much, fifty files at once outlive two rounds of V8's garbage collector for
// young things, and what it then takes for old is found by marking the whole heap: a third of the CPU of an upload.
const BATCH_BYTES = 128 * 1024

interface Reader {
  resolve(batch: Batch | undefined): void
  reject(error: Error): void
}

export class FileBatches {
  readonly #stream: Readable
  #pieces: Buffer[] = []
  #byteCount = 0
  #hasEnded = false
  #failure: Error | undefined
  #reader: Reader | undefined
  readonly #take = (piece: Buffer) => {
    this.#pieces.push(piece)
    this.#byteCount += piece.length
    this.#offer()
  }

  /** Of a stream that nobody else reads. Its pieces pass by callbacks: promises for each would cost more than the writing. */
  constructor(stream: Readable) {
    this.#stream = stream
    const breakOff = (error?: Error) => this.#end(error ?? new Error('The file has broken off.'))
    stream
      .on('error', breakOff)
      .once('close', breakOff)
      .once('end', () => this.#end())
    if (stream.destroyed) breakOff()
    else stream.pause().on('data', this.#take)
  }

  /** Waits for the next ones; undefined at the end. Rejects when the file breaks off. */
  next(): Promise<Batch | undefined> {
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
      if (this.#hasEnded) this.#handOver()
      else this.#stream.resume()
    })
  }

  /** Lets the rest go by. */
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
    // Behind this one, the same turn of the event loop often brings some more.
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
