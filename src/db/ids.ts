/**
 * Ids. Inside, a UUIDv7: it sorts by the time it was made, so an index on it is also "newest first".
 * Outside, a prefix that names the type and the same 128 bits in 26 characters of lower-case Crockford base32
 * (https://www.crockford.com/base32.html): short enough to read out, and never mistaken for another type's.
 */
import { v7 } from 'uuid'

export const ID_PREFIXES = {
  User: 'usr',
  Task: 'tsk',
  Category: 'cat',
  TaskApplication: 'app',
  Review: 'rev',
  Session: 'ses',
  TaskChat: 'tch',
  SupportChat: 'sch',
  Agent: 'agt',
  Message: 'msg',
  Note: 'not',
  Attachment: 'att',
  Hold: 'hld',
  Transfer: 'trf',
  Reversal: 'rvs',
  Refund: 'rfd',
  LedgerAccount: 'lac',
  LedgerTransaction: 'ltx',
  LedgerEntry: 'len',
  Dispute: 'dsp',
  TaskEvent: 'tev',
  ChatEvent: 'cev',
  TransferEvent: 'xev',
  AuditRecord: 'aud',
} as const

export type NodeType = keyof typeof ID_PREFIXES
export type IdPrefix = (typeof ID_PREFIXES)[NodeType]

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const DIGIT_COUNT = 26
const PUBLIC_ID = /^([a-z]{3})_([0-7][0-9a-hjkmnp-tv-z]{25})$/
const TYPES = new Map<string, NodeType>(Object.entries(ID_PREFIXES).map(([type, prefix]) => [prefix, type as NodeType]))

export const newId = (): string => v7()

/** The id that clients see, e.g. `tsk_01jd...`. */
export function toPublicId(prefix: IdPrefix, uuid: string): string {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`)
  let digits = ''
  for (let place = 0; place < DIGIT_COUNT; place++) {
    digits = ALPHABET.charAt(Number(bits & 31n)) + digits
    bits >>= 5n
  }
  return `${prefix}_${digits}`
}

/** The UUID behind an id of this type, or undefined when the text is malformed or names another type. */
export function fromPublicId(prefix: IdPrefix, text: string): string | undefined {
  const parsed = parsePublicId(text)
  return parsed && ID_PREFIXES[parsed.type] === prefix ? parsed.uuid : undefined
}

/** The type and UUID behind any id, or undefined when it is not one of ours. */
export function parsePublicId(text: string): { type: NodeType; uuid: string } | undefined {
  const match = PUBLIC_ID.exec(text)
  const type = TYPES.get(match?.[1] ?? '')
  if (!match?.[2] || !type) return undefined
  let bits = 0n
  for (const digit of match[2]) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(digit))
  const hex = bits.toString(16).padStart(32, '0')
  return { type, uuid: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') }
}
