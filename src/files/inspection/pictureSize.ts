/**
 * How many pixels a picture has once it is decoded, by its first bytes: a file of some kilobytes can come to gigabytes in the memory
 * of a program that opens it. Reads what decoders read, as the file passes; at most a segment of 64 KiB is kept.
 */

/** What bytes are asked for, one after the other, until the number of pixels is known; undefined for what no decoder can read. */
type Search = Generator<number, number | undefined, Buffer>

// Decoders of JPEG pass over what stands between two segments; cameras leave some bytes there, not kilobytes.
const JUNK_BYTES_MAX = 4_096
// Profiles of colours and previews come to some hundred kilobytes; a file may not have us walk through all of it in small steps.
const SEARCHED_BYTES_MAX = 1_048_576

const SEARCHES: Readonly<Record<string, () => Search>> = {
  'image/png': searchPng,
  'image/jpeg': searchJpeg,
  'image/gif': searchGif,
  'image/webp': searchWebp,
}

/** Looks for the number of pixels of one picture. */
export class PictureSize {
  readonly #search: Search | undefined
  #wanted = 0
  #kept: Buffer[] = []
  #keptBytes = 0
  #searchedBytes = 0
  #hasEnded: boolean
  #pixels: number | undefined

  constructor(contentType: string) {
    this.#search = SEARCHES[contentType]?.()
    this.#hasEnded = !this.#search
    this.#wanted = this.#search?.next().value ?? 0
  }

  /** Undefined until it is known. */
  get pixels(): number | undefined {
    return this.#pixels
  }

  /** False as soon as no decoder could read it. */
  take(piece: Buffer): boolean {
    let at = 0
    while (!this.#hasEnded) {
      const missing = this.#wanted - this.#keptBytes
      if (piece.length - at < missing) {
        this.#kept.push(Buffer.from(piece.subarray(at)))
        this.#keptBytes += piece.length - at
        return true
      }
      const last = piece.subarray(at, at + missing)
      this.#goOn(this.#kept.length === 0 ? last : Buffer.concat([...this.#kept, last]))
      at += missing
    }
    return this.#pixels !== undefined
  }

  #goOn(bytes: Buffer): void {
    this.#searchedBytes += bytes.length
    this.#kept = []
    this.#keptBytes = 0
    const { done, value } = this.#search?.next(bytes) ?? { done: true, value: undefined }
    if (!done && this.#searchedBytes <= SEARCHED_BYTES_MAX) this.#wanted = value
    else {
      this.#hasEnded = true
      // A picture of no pixels is none.
      this.#pixels = done ? value || undefined : undefined
    }
  }
}

// https://www.w3.org/TR/png-3/#11IHDR: the first chunk, of a fixed form.
function* searchPng(): Search {
  const head = yield 24
  if (head.toString('latin1', 12, 16) !== 'IHDR') return undefined
  return head.readUInt32BE(16) * head.readUInt32BE(20)
}

// https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1: segments, of which the one that begins the frame has the size.
function* searchJpeg(): Search {
  let junkBytes = -2 // The two that begin the file.
  yield 2
  for (;;) {
    let marker = 0
    while (marker === 0) {
      while ((yield 1)[0] !== 0xff) if (++junkBytes > JUNK_BYTES_MAX) return undefined
      do {
        marker = (yield 1)[0] ?? 0
        if (++junkBytes > JUNK_BYTES_MAX) return undefined
      } while (marker === 0xff)
      // A zero behind it says that it was no marker.
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue // They have no segment.
    if (marker === 0xd9 || marker === 0xda) return undefined // The picture ends, or begins, without a frame.
    const length = (yield 2).readUInt16BE(0)
    if (length < 2) return undefined
    const segment = yield length - 2
    const beginsFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (beginsFrame) return segment.length < 5 ? undefined : segment.readUInt16BE(1) * segment.readUInt16BE(3)
  }
}

// https://www.w3.org/Graphics/GIF/spec-gif89a.txt: browsers make the screen as large as its first image, where that is larger.
function* searchGif(): Search {
  const head = yield 13
  const colors = (head[10] ?? 0) & 0x80 ? 3 * 2 ** (((head[10] ?? 0) & 7) + 1) : 0
  yield colors
  for (;;) {
    const kind = (yield 1)[0]
    if (kind === 0x2c) {
      const image = yield 8
      const width = Math.max(head.readUInt16LE(6), image.readUInt16LE(0) + image.readUInt16LE(4))
      return width * Math.max(head.readUInt16LE(8), image.readUInt16LE(2) + image.readUInt16LE(6))
    }
    if (kind !== 0x21) return undefined
    yield 1 // Which extension it is.
    for (let length = (yield 1)[0]; length; length = (yield 1)[0]) yield length
  }
}

// https://developers.google.com/speed/webp/docs/riff_container: a lossy, a lossless or an extended picture.
function* searchWebp(): Search {
  const head = yield 30
  const kind = head.toString('latin1', 12, 16)
  if (kind === 'VP8X') return (head.readUIntLE(24, 3) + 1) * (head.readUIntLE(27, 3) + 1)
  if (kind === 'VP8L') {
    const bits = head.readUInt32LE(21)
    return head[20] === 0x2f ? ((bits & 0x3fff) + 1) * (((bits >> 14) & 0x3fff) + 1) : undefined
  }
  const isLossy = kind === 'VP8 ' && head.toString('hex', 23, 26) === '9d012a'
  return isLossy ? (head.readUInt16LE(26) & 0x3fff) * (head.readUInt16LE(28) & 0x3fff) : undefined
}
