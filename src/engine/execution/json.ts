/** JSON as the answer is made of it, written as soon as a value is known: no object is built only to be written later. */
import { type GraphQLLeafType, isEnumType } from 'graphql'

/** JSON that is written, or will be. */
export type Json = string | Promise<string>

export const NULL = 'null'

// What JSON does not take as it is (RFC 8259, section 7), halves of surrogate pairs, which `JSON.stringify` escapes, and a few
// control characters that it does not.
const TO_ESCAPE = /["\\\p{Cc}\p{Cs}]/u

const quoted = (text: string): string => (TO_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`)

/** Writes values of this type. Throws where a value is none; gives undefined where nothing is made of it. */
export function jsonOfLeaf(type: GraphQLLeafType): (value: unknown) => string | undefined {
  // Names of enumerations are GraphQL's.
  if (isEnumType(type) || PLAIN_TEXT in type.extensions) {
    return (value) => {
      const text = type.serialize(value)
      return typeof text === 'string' ? `"${text}"` : jsonOf(text)
    }
  }
  return (value) => jsonOf(type.serialize(value))
}

/** The extension of a scalar in whose texts there never is anything to escape: to look for it takes as long as to write them. */
export const PLAIN_TEXT = 'plainText'

function jsonOf(value: unknown): string | undefined {
  if (typeof value === 'string') return quoted(value)
  if (Number.isFinite(value)) return `${value}`
  return value === null ? undefined : JSON.stringify(value)
}

/** The pieces in their order, when all of them are there; fails when the first of them does. By hand: `Promise.all` makes three promises for each. */
export function joined(pieces: Json[]): Promise<string> {
  return new Promise((resolve, reject) => join(pieces, resolve, reject))
}

/**
 * The same for the fields of an object, of which graphql-js learns one step later than of a list. Which errors are told depends on
 * it: those of other fields that come before what they are in is null.
 */
export function joinedFields(pieces: Json[]): Promise<string> {
  return new Promise((resolve, reject) =>
    join(
      pieces,
      (text) => queueMicrotask(() => resolve(text)),
      (error) => queueMicrotask(() => reject(error)),
    ),
  )
}

function join(pieces: Json[], resolve: (text: string) => void, reject: (error: unknown) => void): void {
  let left = 0
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index]
    if (typeof piece === 'string' || piece === undefined) continue
    left++
    const put = (text: string) => {
      pieces[index] = text
      left--
      if (left === 0) resolve(pieces.join(''))
    }
    piece.then(put, reject)
  }
}
