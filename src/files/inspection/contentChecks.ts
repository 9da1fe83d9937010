/**
 * What the first bytes cannot say of a file is looked for as the rest passes: a text is text to its end, a document of Word has
 * what makes it one, and nothing else hides behind it. Each check keeps a few bytes at most, whatever the size of the file.
 */
import { isUtf8 } from 'node:buffer'
import { tooManyPixels } from '../errors.ts'
import { DOC, DOCX, endsAsMarkup, isPicture, isTextControl, TEXT } from './fileTypes.ts'
import { PictureSize } from './pictureSize.ts'
import { TrailingBytes } from './trailingBytes.ts'
import { ZIP_TAIL_BYTES, zipEndOf } from './zip.ts'

// Ten times what a screen shows, and more than the cameras of telephones give; decoded it is 200 MB.
const PIXELS_MAX = 50_000_000

export interface ContentCheck {
  /** False as soon as the file cannot be of its type. Refuses with FileRejectedError a picture of too many pixels. */
  take(piece: Buffer): boolean
  /** Whether it is, now that all of it has passed. */
  end(byteSize: number): boolean
}

/** The check for a file that seems to be of this type. */
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
    take(piece) {
      const joined = rest.length > 0 ? Buffer.concat([rest, piece]) : piece
      const end = joined.length - openSequence(joined)
      rest = Buffer.from(joined.subarray(end))
      const whole = joined.subarray(0, end)
      return isUtf8(whole) && isPrintable(whole)
    },
    end: () => rest.length === 0,
  }
}

/** How many bytes at the end begin a character that they do not finish. */
function openSequence(bytes: Buffer): number {
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

// The name of the stream that every document of Word 97 to 2003 has, as its directory spells it.
const WORD_STREAM = Buffer.from('WordDocument', 'utf16le')
// The streams of macros and of what installs programs are named so.
const UNWANTED_STREAMS = [Buffer.from('_VBA_PROJECT', 'utf16le'), Buffer.from('Macros', 'utf16le')]

/** Word's own stream is named somewhere in it, and none of macros. */
function docCheck(): ContentCheck {
  const longest = Math.max(WORD_STREAM.length, ...UNWANTED_STREAMS.map(({ length }) => length))
  let carried = Buffer.alloc(0)
  let isWord = false
  return {
    take(piece) {
      const joined = Buffer.concat([carried, piece.subarray(0, longest)])
      const has = (name: Buffer) => piece.includes(name) || joined.includes(name)
      isWord ||= has(WORD_STREAM)
      carried = Buffer.from(Buffer.concat([carried, piece.subarray(-longest)]).subarray(-longest))
      return !UNWANTED_STREAMS.some(has)
    },
    end: () => isWord,
  }
}

/** A zip archive from the first byte to the last, with Word's document in it and no macros. */
function docxCheck(): ContentCheck {
  const tail = new TrailingBytes(ZIP_TAIL_BYTES)
  return {
    take(piece) {
      tail.push(piece)
      return true
    },
    end(byteSize) {
      const archive = zipEndOf(tail.bytes(), byteSize)
      if (archive?.bytesBefore !== 0) return false
      const { names } = archive
      const isWord = names.includes('[Content_Types].xml') && names.includes('word/document.xml')
      return isWord && !names.some((name) => /vbaProject\.bin$/i.test(name))
    },
  }
}

/** Nothing hides at its end: no archive, and behind an image no page. */
function noArchiveCheck(contentType: string): ContentCheck {
  const tail = new TrailingBytes(ZIP_TAIL_BYTES)
  return {
    take(piece) {
      tail.push(piece)
      return true
    },
    end(byteSize) {
      const bytes = tail.bytes()
      return zipEndOf(bytes, byteSize) === undefined && !endsAsMarkup(bytes, contentType)
    },
  }
}

/** A picture that can be decoded, and in a reasonable memory; nothing hides at its end. */
function pictureCheck(contentType: string): ContentCheck {
  const size = new PictureSize(contentType)
  const rest = noArchiveCheck(contentType)
  return {
    take(piece) {
      const isDecodable = size.take(piece)
      if ((size.pixels ?? 0) > PIXELS_MAX) throw tooManyPixels(PIXELS_MAX, contentType)
      return isDecodable && rest.take(piece)
    },
    end: (byteSize) => size.pixels !== undefined && rest.end(byteSize),
  }
}
