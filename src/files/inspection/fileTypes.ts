/** Detects the type of a file from its first bytes, never from its name or declared type, and lists the types of each purpose. */
import { fileTypeFromBuffer } from 'file-type'
import type { FilePurpose } from '../../db/generated/enums.ts'

/** The number of first bytes to examine: file-type needs 4100, and all our signatures are within them. */
export const HEAD_BYTES = 4_100

type Kind = 'image' | 'document'

/** The media type of old Word documents. */
export const DOC = 'application/msword'
/** The media type of Word documents. */
export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
/** The media type of plain text. */
export const TEXT = 'text/plain'
/** The media type of PDF. */
export const PDF = 'application/pdf'

const KINDS: Readonly<Record<string, { kind: Kind; extensions: readonly [string, ...string[]] }>> = {
  'image/jpeg': { kind: 'image', extensions: ['jpg', 'jpeg', 'jpe', 'jfif'] },
  'image/png': { kind: 'image', extensions: ['png', 'apng'] },
  'image/gif': { kind: 'image', extensions: ['gif'] },
  'image/webp': { kind: 'image', extensions: ['webp'] },
  [PDF]: { kind: 'document', extensions: ['pdf'] },
  [DOC]: { kind: 'document', extensions: ['doc', 'dot'] },
  [DOCX]: { kind: 'document', extensions: ['docx'] },
  [TEXT]: { kind: 'document', extensions: ['txt', 'text', 'md', 'csv', 'log'] },
}

const KINDS_FOR: Readonly<Record<FilePurpose, readonly Kind[]>> = {
  TASK: ['image', 'document'],
  CHAT: ['image', 'document'],
  EVIDENCE: ['image', 'document'],
  AVATAR: ['image'],
}

/** The maximum size of a file of each kind. */
export interface FileLimits {
  imageBytesMax: number
  documentBytesMax: number
}

// Checked before file-type, because a PNG's color profile may be longer than the examined bytes, and an animated PNG is a PNG, too.
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
// file-type detects the container; the content checks verify what is inside.
const CONTAINED_TYPES: Readonly<Record<string, string>> = {
  'application/x-cfb': DOC,
  'application/zip': DOCX,
  'image/apng': 'image/png',
}
// Markup that makes a browser or an interpreter treat a file as a page or a program, anywhere in the first bytes.
const MARKUP = /<(?:!doctype\s+html|html|head|body|script|svg|iframe|\?php)[\s>/]/i
// Beginnings of pages by WHATWG MIME sniffing, and of other formats that look like text.
const NO_PLAIN_TEXT = /^(?:\xef\xbb\xbf)?\s*(?:<(?:[a-z]|!--|[!?/])|\{\\rtf|%!|%PDF-|#!)/i
const PDF_HEAD_BYTES = 1_024 // PDF readers search this far for the signature.

/** Detects the type of a file, undefined if unknown. `isAccepted` is true if some purpose accepts it. */
export async function typeOf(head: Buffer): Promise<{ contentType: string | undefined; isAccepted: boolean }> {
  const contentType = await guess(head)
  return {
    contentType,
    isAccepted: contentType !== undefined && contentType in KINDS && !isPolyglot(head, contentType),
  }
}

async function guess(head: Buffer): Promise<string | undefined> {
  if (head.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return 'image/png'
  const mime = (await fileTypeFromBuffer(head))?.mime
  const named = mime && (CONTAINED_TYPES[mime] ?? mime)
  if (named && named in KINDS) return named
  const text = head.toString('latin1')
  if (looksBinary(head)) return named
  // A text may begin with the two-letter signature of a binary format; a page is not plain text.
  if (!NO_PLAIN_TEXT.test(text)) return TEXT
  if (/<svg[\s>]/i.test(text)) return 'image/svg+xml'
  return named ?? (MARKUP.test(text) || /^\s*</.test(text) ? 'text/html' : undefined)
}

const looksBinary = (head: Buffer): boolean => head.some((byte) => byte < 0x20 && !isTextControl(byte))

/** True for the control characters that a text may have: tab, line feed, form feed, carriage return. */
export const isTextControl = (byte: number): boolean => byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d

function isPolyglot(head: Buffer, contentType: string): boolean {
  if (contentType === DOCX || contentType === DOC) return false // The content checks cover the whole file.
  const text = head.toString('latin1')
  if (contentType === PDF) return MARKUP.test(text.slice(0, PDF_HEAD_BYTES))
  return MARKUP.test(text) || (contentType !== TEXT && text.slice(0, PDF_HEAD_BYTES).includes('%PDF-'))
}

/** True if the end of an image contains markup, which image data itself does not. */
export const endsAsMarkup = (tail: Buffer, contentType: string): boolean =>
  isPicture(contentType) && MARKUP.test(tail.toString('latin1'))

/** True if files of this type are pictures. */
export const isPicture = (contentType: string): boolean => KINDS[contentType]?.kind === 'image'

/** True if files of this type are accepted for this purpose. */
export function isAllowed(contentType: string, purpose: FilePurpose): boolean {
  const kind = KINDS[contentType]?.kind
  return kind !== undefined && KINDS_FOR[purpose].includes(kind)
}

/** The maximum size in bytes of a file of this type. */
export const limitOf = (contentType: string, limits: FileLimits): number =>
  isPicture(contentType) ? limits.imageBytesMax : limits.documentBytesMax

/** The maximum size in bytes of any file for this purpose. */
export const largestLimit = (purpose: FilePurpose, { imageBytesMax, documentBytesMax }: FileLimits): number =>
  KINDS_FOR[purpose].includes('document') ? Math.max(imageBytesMax, documentBytesMax) : imageBytesMax

/** The filename extensions of this type, the usual one first. */
export const extensionsOf = (contentType: string): readonly [string, ...string[]] =>
  KINDS[contentType]?.extensions ?? ['bin']
