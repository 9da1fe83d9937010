/** What a file is, by its first bytes, and which kinds are taken for which purpose. The name and what the client says count for nothing. */
import { fileTypeFromBuffer } from 'file-type'
import type { FilePurpose } from '../../db/generated/enums.ts'

/** As many of the first bytes as are looked at: file-type wants 4100, and no signature of ours is further in. */
export const HEAD_BYTES = 4_100

type Kind = 'image' | 'document'

export const DOC = 'application/msword'
export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
export const TEXT = 'text/plain'
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

/** The most that a file of each kind may have. */
export interface FileLimits {
  imageBytesMax: number
  documentBytesMax: number
}

// A PNG's colour profile may be longer than what is looked at, and an animated one is one still.
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
// file-type names the container; what is inside is seen as the file passes.
const MAYBE: Readonly<Record<string, string>> = {
  'application/x-cfb': DOC,
  'application/zip': DOCX,
  'image/apng': 'image/png',
}
// What makes a browser or an interpreter take something for a page or a program, wherever in the beginning it stands.
const MARKUP = /<(?:!doctype\s+html|html|head|body|script|svg|iframe|\?php)[\s>/]/i
// What a page begins with by the WHATWG's sniffing, and what else begins like a text but is none.
const NO_PLAIN_TEXT = /^(?:\xef\xbb\xbf)?\s*(?:<(?:[a-z]|!--|[!?/])|\{\\rtf|%!|%PDF-|#!)/i
const PDF_HEAD_BYTES = 1_024 // Readers of PDF look as far for its signature.

/** What a file seems to be, undefined when nothing is known of it. `isTaken` says whether there is a purpose that takes it. */
export async function typeOf(head: Buffer): Promise<{ contentType: string | undefined; isTaken: boolean }> {
  const contentType = await guess(head)
  return { contentType, isTaken: contentType !== undefined && contentType in KINDS && !isPolyglot(head, contentType) }
}

async function guess(head: Buffer): Promise<string | undefined> {
  if (head.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return 'image/png'
  const mime = (await fileTypeFromBuffer(head))?.mime
  const named = mime && (MAYBE[mime] ?? mime)
  if (named && named in KINDS) return named
  const text = head.toString('latin1')
  if (looksBinary(head)) return named
  // A text may begin with the two letters of some binary format; a page is no text.
  if (!NO_PLAIN_TEXT.test(text)) return TEXT
  if (/<svg[\s>]/i.test(text)) return 'image/svg+xml'
  return named ?? (MARKUP.test(text) || /^\s*</.test(text) ? 'text/html' : undefined)
}

const looksBinary = (head: Buffer): boolean => head.some((byte) => byte < 0x20 && !isTextControl(byte))

/** Tab, new line, form feed, return: the control characters that a text may have. */
export const isTextControl = (byte: number): boolean => byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d

function isPolyglot(head: Buffer, contentType: string): boolean {
  if (contentType === DOCX || contentType === DOC) return false // Looked at whole, as they pass.
  const text = head.toString('latin1')
  if (contentType === PDF) return MARKUP.test(text.slice(0, PDF_HEAD_BYTES))
  return MARKUP.test(text) || (contentType !== TEXT && text.slice(0, PDF_HEAD_BYTES).includes('%PDF-'))
}

/** Has the end of a file something in it that would make it a page? For images, whose own data holds no markup. */
export const endsAsMarkup = (tail: Buffer, contentType: string): boolean =>
  isPicture(contentType) && MARKUP.test(tail.toString('latin1'))

/** Whether a file of this type is a picture. */
export const isPicture = (contentType: string): boolean => KINDS[contentType]?.kind === 'image'

/** Whether files of this type are taken for this purpose. */
export function isAllowed(contentType: string, purpose: FilePurpose): boolean {
  const kind = KINDS[contentType]?.kind
  return kind !== undefined && KINDS_FOR[purpose].includes(kind)
}

/** The most bytes that a file of this type may have. */
export const limitOf = (contentType: string, limits: FileLimits): number =>
  isPicture(contentType) ? limits.imageBytesMax : limits.documentBytesMax

/** The most bytes that any file for this purpose may have. */
export const greatestLimit = (purpose: FilePurpose, { imageBytesMax, documentBytesMax }: FileLimits): number =>
  KINDS_FOR[purpose].includes('document') ? Math.max(imageBytesMax, documentBytesMax) : imageBytesMax

/** The endings that names of this type have, the usual one first. */
export const extensionsOf = (contentType: string): readonly [string, ...string[]] =>
  KINDS[contentType]?.extensions ?? ['bin']
