/** The last bytes of a stream. Its pieces are kept as they are, not copied: an upload passes here whole. */

// Many small pieces would take more than their bytes.
const PIECES_MAX = 32

export class TrailingBytes {
  readonly #size: number
  #pieces: Buffer[] = []
  #byteCount = 0

  /** Of this size at most. */
  constructor(size: number) {
    this.#size = size
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#byteCount += piece.length
    for (;;) {
      const [first] = this.#pieces
      if (!first || this.#byteCount - first.length < this.#size) break
      this.#pieces.shift()
      this.#byteCount -= first.length
    }
    if (this.#pieces.length > PIECES_MAX) this.#pieces = [Buffer.concat(this.#pieces)]
  }

  /** The bytes, in their order. */
  bytes(): Buffer {
    return Buffer.concat(this.#pieces).subarray(-this.#size)
  }
}
