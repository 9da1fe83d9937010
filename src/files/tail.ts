/** The last bytes of a stream, in a buffer of fixed size, whatever the pieces that it comes in. */
export class Tail {
  readonly #ring: Buffer
  #count = 0

  constructor(size: number) {
    this.#ring = Buffer.allocUnsafe(size)
  }

  push(piece: Buffer): void {
    const size = this.#ring.length
    const kept = piece.subarray(Math.max(0, piece.length - size))
    const start = (this.#count + piece.length - kept.length) % size
    const fitting = Math.min(kept.length, size - start)
    kept.copy(this.#ring, start, 0, fitting)
    kept.copy(this.#ring, 0, fitting)
    this.#count += piece.length
  }

  /** The bytes, in their order. */
  bytes(): Buffer {
    const size = this.#ring.length
    if (this.#count <= size) return this.#ring.subarray(0, this.#count)
    const start = this.#count % size
    return Buffer.concat([this.#ring.subarray(start), this.#ring.subarray(0, start)])
  }
}
