/**
 * Files whose part says `filename=""`, as browsers send those without a name, and a field of a form in which no file was chosen.
 * busboy takes such a part for a text unless its type is unknown, so it gets a name on its way there.
 */

/** What busboy is told that a file without a name is called. */
export const NAMELESS = 'errand-file-without-a-name'

const NEEDLE = Buffer.from('filename=""')
const NAME = Buffer.from(NAMELESS)
// The head of a part before its file name: the boundary, a name, perhaps a header.
const HEAD_BYTES_MAX = 1_024
const BOUNDARY = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i

export class NamelessFiles {
  readonly #boundary: string | undefined
  #passed: Buffer = Buffer.alloc(0)

  constructor(contentType: string) {
    const [, quoted, bare] = BOUNDARY.exec(contentType) ?? []
    this.#boundary = quoted ?? bare
  }

  /** The next piece of the body, with a name for each file in it that has an empty one. */
  take(piece: Buffer): Buffer {
    const pieces: Buffer[] = []
    let from = 0
    for (const quote of this.#quotesIn(piece)) {
      if (!this.#isInHead(piece.subarray(0, quote))) continue
      pieces.push(piece.subarray(from, quote), NAME)
      from = quote
    }
    this.#remember(piece)
    return pieces.length === 0 ? piece : Buffer.concat([...pieces, piece.subarray(from)])
  }

  /** Where names end that are empty: also of one that the piece before has begun. */
  #quotesIn(piece: Buffer): number[] {
    const rest = this.#passed.subarray(-(NEEDLE.length - 1))
    const seam = Buffer.concat([rest, piece.subarray(0, NEEDLE.length - 1)])
    const quotes: number[] = []
    const atSeam = seam.indexOf(NEEDLE)
    if (atSeam >= 0) quotes.push(atSeam + NEEDLE.length - 1 - rest.length)
    for (let at = piece.indexOf(NEEDLE); at >= 0; at = piece.indexOf(NEEDLE, at + 1))
      quotes.push(at + NEEDLE.length - 1)
    return quotes
  }

  // Behind a boundary, which no file has in it, and before the empty line that ends the head.
  #isInHead(before: Buffer): boolean {
    if (this.#boundary === undefined) return false
    const text = Buffer.concat([this.#passed, before]).subarray(-HEAD_BYTES_MAX).toString('latin1')
    const boundary = text.lastIndexOf(`--${this.#boundary}\r\n`)
    return boundary >= 0 && !text.includes('\r\n\r\n', boundary)
  }

  #remember(piece: Buffer): void {
    const last = piece.length >= HEAD_BYTES_MAX ? piece : Buffer.concat([this.#passed, piece])
    this.#passed = Buffer.from(last.subarray(-HEAD_BYTES_MAX))
  }
}
