/** Buffers the last bytes of a stream. Keeps the chunks without copying them, because whole uploads pass through here. */

// Many small chunks would take more memory than their bytes.
const CHUNKS_MAX = 32

export class TrailingBytes {
  readonly #size: number
  #chunks: Buffer[] = []
  #byteCount = 0

  /** `size` is the maximum number of bytes. */
  constructor(size: number) {
    this.#size = size
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#byteCount += chunk.length
    for (;;) {
      const [first] = this.#chunks
      if (!first || this.#byteCount - first.length < this.#size) break
      this.#chunks.shift()
      this.#byteCount -= first.length
    }
    if (this.#chunks.length > CHUNKS_MAX) this.#chunks = [Buffer.concat(this.#chunks)]
  }

  /** Returns the last bytes, in order. */
  bytes(): Buffer {
    return Buffer.concat(this.#chunks).subarray(-this.#size)
  }
}
