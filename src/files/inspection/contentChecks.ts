/**
 * Checks that the first bytes of a file cannot decide, made while the rest streams through: a text is text to its end, a Word
 * document has its main part, and no other file is appended. Each check buffers at most some kilobytes, for any file size.
 */
import { isUtf8 } from 'node:buffer'
import { tooManyPixels } from '../errors.ts'
import { DOC, DOCX, endsAsMarkup, isPicture, isTextControl, TEXT } from './fileTypes.ts'
import { PictureSize } from './pictureSize.ts'
import { TrailingBytes } from './trailingBytes.ts'
import { ZIP_TAIL_BYTES, zipEndOf } from './zip.ts'

// Ten times a large screen, and more than phone cameras produce; decoded it is 200 MB.
const PIXELS_MAX = 50_000_000

export interface ContentCheck {
  /** Returns false once the file cannot be of its type. Refuses with FileRejectedError a picture with too many pixels. */
  update(chunk: Buffer): boolean
  /** True if the complete file is of its type. */
  finish(byteSize: number): boolean
}

/** Returns the check for a file whose first bytes are of this type. */
export function contentCheckFor(contentType: string): ContentCheck {
  if (contentType === TEXT) return textCheck()
  if (contentType === DOC) return docCheck()
  if (contentType === DOCX) return docxCheck()
  return isPicture(contentType) ? pictureCheck(contentType) : noArchiveCheck(contentType)
}

/** UTF-8 without control characters: neither those of ASCII nor U+0080 to U+009F. */
function textCheck(): ContentCheck {
  let rest = Buffer.alloc(0)
  return {
    update(chunk) {
      const joined = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      const end = joined.length - unfinishedBytes(joined)
      rest = Buffer.from(joined.subarray(end))
      const whole = joined.subarray(0, end)
      return isUtf8(whole) && isPrintable(whole)
    },
    finish: () => rest.length === 0,
  }
}

/** The number of bytes at the end that start a UTF-8 sequence without completing it. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}

function isPrintable(text: Buffer): boolean {
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] ?? 0
    if (byte >= 0x20 && byte < 0x7f) continue
    if (byte === 0x7f || (byte < 0x20 && !isTextControl(byte))) return false
    if (byte === 0xc2 && (text[at + 1] ?? 0) < 0xa0) return false
  }
  return true
}

// The name of the stream that every Word 97-2003 document has, as encoded in its directory.
const WORD_STREAM = Buffer.from('WordDocument', 'utf16le')
// The names of streams that hold macros.
const UNWANTED_STREAMS = [Buffer.from('_VBA_PROJECT', 'utf16le'), Buffer.from('Macros', 'utf16le')]

/** Requires the name of Word's own stream, and refuses those of macros. */
function docCheck(): ContentCheck {
  const longest = Math.max(WORD_STREAM.length, ...UNWANTED_STREAMS.map(({ length }) => length))
  let carried = Buffer.alloc(0)
  let isWord = false
  return {
    update(chunk) {
      const joined = Buffer.concat([carried, chunk.subarray(0, longest)])
      const has = (name: Buffer) => chunk.includes(name) || joined.includes(name)
      isWord ||= has(WORD_STREAM)
      carried = Buffer.from(Buffer.concat([carried, chunk.subarray(-longest)]).subarray(-longest))
      return !UNWANTED_STREAMS.some(has)
    },
    finish: () => isWord,
  }
}

/** Requires a zip archive from the first byte to the last, with a Word document in it and no macros. */
function docxCheck(): ContentCheck {
  const tail = new TrailingBytes(ZIP_TAIL_BYTES)
  return {
    update(chunk) {
      tail.push(chunk)
      return true
    },
    finish(byteSize) {
      const archive = zipEndOf(tail.bytes(), byteSize)
      if (archive?.bytesBefore !== 0) return false
      const { names } = archive
      const isWord = names.includes('[Content_Types].xml') && names.includes('word/document.xml')
      return isWord && !names.some((name) => /vbaProject\.bin$/i.test(name))
    },
  }
}

/** Refuses a file with an archive appended, and an image with markup appended. */
function noArchiveCheck(contentType: string): ContentCheck {
  const tail = new TrailingBytes(ZIP_TAIL_BYTES)
  return {
    update(chunk) {
      tail.push(chunk)
      return true
    },
    finish(byteSize) {
      const bytes = tail.bytes()
      return zipEndOf(bytes, byteSize) === undefined && !endsAsMarkup(bytes, contentType)
    },
  }
}

/** Requires a picture that can be decoded, in bounded memory, with nothing appended. */
function pictureCheck(contentType: string): ContentCheck {
  const size = new PictureSize(contentType)
  const rest = noArchiveCheck(contentType)
  return {
    update(chunk) {
      const isDecodable = size.update(chunk)
      if ((size.pixels ?? 0) > PIXELS_MAX) throw tooManyPixels(PIXELS_MAX, contentType)
      return isDecodable && rest.update(chunk)
    },
    finish: (byteSize) => size.pixels !== undefined && rest.finish(byteSize),
  }
}
