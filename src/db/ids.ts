/**
 * Ids. Inside, a UUIDv7: it sorts by the time of its creation, so an index on it is also "newest first". Outside, the prefix of the
 * type and the same 128 bits in 26 characters of lower-case Crockford base32 (https://www.crockford.com/base32.html): short enough to
 * read out, and never mistaken for an id of another type.
 */
import { v7 } from 'uuid'

/** The prefixes of public ids, by type. */
export const ID_PREFIXES = {
  User: 'usr',
  Task: 'tsk',
  Category: 'cat',
  TaskApplication: 'app',
  Review: 'rev',
  Session: 'ses',
  AccessToken: 'pat',
  SecondFactor: 'fct',
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
  FeeRule: 'fee',
  Dispute: 'dsp',
  Chargeback: 'cbk',
  TaskEvent: 'tev',
  ChatEvent: 'cev',
  TransferEvent: 'xev',
  AuditRecord: 'aud',
  Reconciliation: 'rcn',
  ReconciliationDifference: 'rcd',
  WebhookEndpoint: 'whe',
  WebhookDelivery: 'whd',
  Notification: 'ntf',
} as const

export type NodeType = keyof typeof ID_PREFIXES
export type IdPrefix = (typeof ID_PREFIXES)[NodeType]

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const UUID_LENGTH = 36
const PUBLIC_ID = /^([a-z]{3})_([0-7][0-9a-hjkmnp-tv-z]{25})$/
const TYPES = new Map<string, NodeType>(Object.entries(ID_PREFIXES).map(([type, prefix]) => [prefix, type as NodeType]))

declare const brand: unique symbol

/**
 * An id as clients see it, e.g. `tsk_01jd...`. At run time it is text, to the compiler it is no `string`: a public id passed for a
 * UUID, or a UUID for a public id, does not compile. `fromPublicId` and `toPublicId` are the only ways between the two.
 */
export interface PublicId {
  readonly [brand]: 'PublicId'
}

/** The text of a public id, for columns and interfaces of other systems. */
export const textOf = (id: PublicId): string => id as unknown as string

/** Text of a client or another system as a public id. Its form is checked where it is resolved. */
export const asPublicId = (text: string): PublicId => text as unknown as PublicId

/** A new UUIDv7. */
export const newId = (): string => v7()

// A response has an id for each object, so both directions work on bytes: with big integers, one id took two microseconds.
const HEX = '0123456789abcdef'
const DASH = '-'.charCodeAt(0)
const UNDERSCORE = '_'.charCodeAt(0)
const valuesOf = (alphabet: string): Uint8Array => {
  const values = new Uint8Array(128)
  for (const [value, character] of [...alphabet].entries()) values[character.charCodeAt(0)] = value
  return values
}
const codesOf = (alphabet: string): Uint8Array => Uint8Array.from(alphabet, (character) => character.charCodeAt(0))
const HEX_VALUES = valuesOf(HEX)
const HEX_CODES = codesOf(HEX)
const DIGIT_VALUES = valuesOf(ALPHABET)
const DIGIT_CODES = codesOf(ALPHABET)
// Written and read within one call.
const scratch = Buffer.alloc(UUID_LENGTH)
const read = Buffer.alloc(UUID_LENGTH)

const digit = (value: number): number => DIGIT_CODES[value & 31] as number

const five = (a: number, b: number, c: number, d: number, e: number): number =>
  (hex(a) << 16) | (hex(b) << 12) | (hex(c) << 8) | (hex(d) << 4) | hex(e)
// From a buffer: strings have several representations in V8, and `charCodeAt` would check for them each time.
const hex = (index: number): number => HEX_VALUES[read[index] as number] as number

/**
 * The public id, e.g. `tsk_01jd...`. After the first two digits of each, five hexadecimal digits are four base32 digits. One call makes
 * the string of all characters, because a page has some fifty ids.
 */
export function toPublicId(prefix: IdPrefix, uuid: string): PublicId {
  read.write(uuid, 'latin1')
  const first = (hex(0) << 4) | hex(1)
  const a = five(2, 3, 4, 5, 6)
  const b = five(7, 9, 10, 11, 12)
  const c = five(14, 15, 16, 17, 19)
  const d = five(20, 21, 22, 24, 25)
  const e = five(26, 27, 28, 29, 30)
  const f = five(31, 32, 33, 34, 35)
  const digits = String.fromCharCode(
    UNDERSCORE,
    digit(first >> 5),
    digit(first),
    digit(a >> 15),
    digit(a >> 10),
    digit(a >> 5),
    digit(a),
    digit(b >> 15),
    digit(b >> 10),
    digit(b >> 5),
    digit(b),
    digit(c >> 15),
    digit(c >> 10),
    digit(c >> 5),
    digit(c),
    digit(d >> 15),
    digit(d >> 10),
    digit(d >> 5),
    digit(d),
    digit(e >> 15),
    digit(e >> 10),
    digit(e >> 5),
    digit(e),
    digit(f >> 15),
    digit(f >> 10),
    digit(f >> 5),
    digit(f),
  )
  return asPublicId(prefix + digits)
}

/** The UUID of an id of this type; undefined if the id is malformed or of another type. */
export function fromPublicId(prefix: IdPrefix, id: PublicId): string | undefined {
  const parsed = parsePublicId(id)
  return parsed && ID_PREFIXES[parsed.type] === prefix ? parsed.uuid : undefined
}

/** The type and the UUID of any id; undefined if it is malformed or its prefix is unknown. */
export function parsePublicId(id: PublicId): { type: NodeType; uuid: string } | undefined {
  const match = PUBLIC_ID.exec(textOf(id))
  const type = TYPES.get(match?.[1] ?? '')
  if (!match?.[2] || !type) return undefined
  return { type, uuid: uuidOfDigits(match[2]) }
}

function uuidOfDigits(digits: string): string {
  let bits = 0
  // The first digit has three bits.
  let bitCount = -2
  let length = 0
  for (let index = 0; index < digits.length; index++) {
    bits = (bits << 5) | (DIGIT_VALUES[digits.charCodeAt(index)] as number)
    bitCount += 5
    while (bitCount >= 4) {
      bitCount -= 4
      if (length === 8 || length === 13 || length === 18 || length === 23) scratch[length++] = DASH
      scratch[length++] = HEX_CODES[(bits >> bitCount) & 15] as number
    }
    bits &= 15 >> (4 - bitCount)
  }
  return scratch.toString('latin1', 0, UUID_LENGTH)
}
