/**
 * Computes the pixel count of a picture from its headers, because a file of some kilobytes can decode to gigabytes of memory. Reads
 * the headers that decoders read, while the file streams through; buffers at most one segment of 64 KiB.
 */

/** Yields the number of bytes that it needs next; returns the pixel count, or undefined if no decoder could read the file. */
type HeaderParser = Generator<number, number | undefined, Buffer>

// JPEG decoders skip bytes between two segments; cameras leave some bytes there, not kilobytes.
const JUNK_BYTES_MAX = 4_096
// Color profiles and previews take some hundred kilobytes. The limit keeps a file from being parsed to its end in small steps.
const PARSED_BYTES_MAX = 1_048_576

const PARSERS: Readonly<Record<string, () => HeaderParser>> = {
  'image/png': parsePng,
  'image/jpeg': parseJpeg,
  'image/gif': parseGif,
  'image/webp': parseWebp,
}

/** Finds the pixel count of one picture. */
export class PictureSize {
  readonly #parser: HeaderParser | undefined
  #wanted = 0
  #kept: Buffer[] = []
  #keptBytes = 0
  #parsedBytes = 0
  #hasEnded: boolean
  #pixels: number | undefined

  constructor(contentType: string) {
    this.#parser = PARSERS[contentType]?.()
    this.#hasEnded = !this.#parser
    this.#wanted = this.#parser?.next().value ?? 0
  }

  /** Undefined until it is known. */
  get pixels(): number | undefined {
    return this.#pixels
  }

  /** Reads the next bytes. Returns false once the file is known to be no readable picture. */
  update(chunk: Buffer): boolean {
    let at = 0
    while (!this.#hasEnded) {
      const missing = this.#wanted - this.#keptBytes
      if (chunk.length - at < missing) {
        this.#kept.push(Buffer.from(chunk.subarray(at)))
        this.#keptBytes += chunk.length - at
        return true
      }
      const last = chunk.subarray(at, at + missing)
      this.#advance(this.#kept.length === 0 ? last : Buffer.concat([...this.#kept, last]))
      at += missing
    }
    return this.#pixels !== undefined
  }

  #advance(bytes: Buffer): void {
    this.#parsedBytes += bytes.length
    this.#kept = []
    this.#keptBytes = 0
    const { done, value } = this.#parser?.next(bytes) ?? { done: true, value: undefined }
    if (!done && this.#parsedBytes <= PARSED_BYTES_MAX) this.#wanted = value
    else {
      this.#hasEnded = true
      // A picture without pixels is invalid.
      this.#pixels = done ? value || undefined : undefined
    }
  }
}

// https://www.w3.org/TR/png-3/#11IHDR: the first chunk, with a fixed layout.
function* parsePng(): HeaderParser {
  const head = yield 24
  if (head.toString('latin1', 12, 16) !== 'IHDR') return undefined
  return head.readUInt32BE(16) * head.readUInt32BE(20)
}

// https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1: segments; the start-of-frame segment has the size.
function* parseJpeg(): HeaderParser {
  let junkBytes = -2 // Not counting the two bytes of the first marker.
  yield 2
  for (;;) {
    let marker = 0
    while (marker === 0) {
      while ((yield 1)[0] !== 0xff) if (++junkBytes > JUNK_BYTES_MAX) return undefined
      do {
        marker = (yield 1)[0] ?? 0
        if (++junkBytes > JUNK_BYTES_MAX) return undefined
      } while (marker === 0xff)
      // 0xff followed by 0x00 is not a marker.
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue // Markers without a segment.
    if (marker === 0xd9 || marker === 0xda) return undefined // End of image or start of scan, without a frame.
    const length = (yield 2).readUInt16BE(0)
    if (length < 2) return undefined
    const segment = yield length - 2
    const beginsFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (beginsFrame) return segment.length < 5 ? undefined : segment.readUInt16BE(1) * segment.readUInt16BE(3)
  }
}

// https://www.w3.org/Graphics/GIF/spec-gif89a.txt: browsers enlarge the logical screen to the size of its first image.
function* parseGif(): HeaderParser {
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
    yield 1 // The extension label.
    for (let length = (yield 1)[0]; length; length = (yield 1)[0]) yield length
  }
}

// https://developers.google.com/speed/webp/docs/riff_container: a lossy, a lossless or an extended picture.
function* parseWebp(): HeaderParser {
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
