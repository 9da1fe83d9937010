/**
 * Handles parts with `filename=""`, which browsers send for a file without a name, and for a form field without a file. busboy
 * takes such a part for a text field unless its type is unknown, so the part gets a name before busboy sees it.
 */

/** The name that busboy sees for a file without a name. */
export const NAMELESS = 'errand-file-without-a-name'

const NEEDLE = Buffer.from('filename=""')
const NAME = Buffer.from(NAMELESS)
// The longest head of a part before its file name: boundary, field name, perhaps a header.
const HEAD_BYTES_MAX = 1_024
const BOUNDARY = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i

/** Rewrites the chunks of one multipart body. */
export class NamelessFiles {
  readonly #boundary: string | undefined
  #passed: Buffer = Buffer.alloc(0)

  constructor(contentType: string) {
    const [, quoted, bare] = BOUNDARY.exec(contentType) ?? []
    this.#boundary = quoted ?? bare
  }

  /** Returns the next chunk of the body, with NAMELESS in place of each empty file name. */
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

  /** Returns the offsets of empty names, including one that began in the previous chunk. */
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

  // After a boundary, which no file contains, and before the empty line that ends the head.
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
