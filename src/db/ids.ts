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
const UUID_LENGTH = 36
const PUBLIC_ID = /^([a-z]{3})_([0-7][0-9a-hjkmnp-tv-z]{25})$/
const TYPES = new Map<string, NodeType>(Object.entries(ID_PREFIXES).map(([type, prefix]) => [prefix, type as NodeType]))

export const newId = (): string => v7()

// An answer has an id for each object in it, so both ways work on characters: with big integers one took two microseconds.
const HEX = '0123456789abcdef'
const DASH = '-'.charCodeAt(0)
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
// Written and read again within one call.
const scratch = Buffer.alloc(UUID_LENGTH)
const read = Buffer.alloc(UUID_LENGTH)

/** The id that clients see, e.g. `tsk_01jd...`. */
export function toPublicId(prefix: IdPrefix, uuid: string): string {
  // 26 digits have room for two bits more than there are.
  let bits = 0
  let bitCount = 2
  let length = 0
  // Of bytes: what the strings of an answer are made of differs, and each look at a character would begin by asking.
  read.write(uuid, 'latin1')
  for (let place = 0; place < UUID_LENGTH; place++) {
    const code = read[place] as number
    if (code === DASH) continue
    bits = (bits << 4) | (HEX_VALUES[code] as number)
    bitCount += 4
    if (bitCount < 5) continue
    bitCount -= 5
    scratch[length++] = DIGIT_CODES[(bits >> bitCount) & 31] as number
    bits &= 31 >> (5 - bitCount)
  }
  return `${prefix}_${scratch.toString('latin1', 0, DIGIT_COUNT)}`
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
  return { type, uuid: uuidOfDigits(match[2]) }
}

function uuidOfDigits(digits: string): string {
  let bits = 0
  // The first digit has three bits.
  let bitCount = -2
  let length = 0
  for (let place = 0; place < digits.length; place++) {
    bits = (bits << 5) | (DIGIT_VALUES[digits.charCodeAt(place)] as number)
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
