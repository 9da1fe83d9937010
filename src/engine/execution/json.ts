/** The JSON of a response. Each value is written as soon as it is known; no tree of objects is built for `JSON.stringify`. */
import { type GraphQLLeafType, isEnumType } from 'graphql'

/** JSON text, or a promise of it. */
export type Json = string | Promise<string>

/** The JSON text of null. */
export const NULL = 'null'

// The characters that JSON must escape (RFC 8259, section 7), lone surrogates, which `JSON.stringify` escapes, and a few control
// characters that it does not.
const TO_ESCAPE = /["\\\p{Cc}\p{Cs}]/u

const quoted = (text: string): string => (TO_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`)

/** Returns the serializer of a type. It throws for a value that is not of the type, and returns undefined for no value. */
export function jsonOfLeaf(type: GraphQLLeafType): (value: unknown) => string | undefined {
  // The names of enum values need no escapes.
  if (isEnumType(type) || PLAIN_TEXT in type.extensions) {
    return (value) => {
      const text = type.serialize(value)
      return typeof text === 'string' ? `"${text}"` : jsonOf(text)
    }
  }
  return (value) => jsonOf(type.serialize(value))
}

/** Extension of a scalar whose texts never need escapes: searching for them takes as long as writing the text. */
export const PLAIN_TEXT = 'plainText'

function jsonOf(value: unknown): string | undefined {
  if (typeof value === 'string') return quoted(value)
  if (Number.isFinite(value)) return `${value}`
  return value === null ? undefined : JSON.stringify(value)
}

/** Joins the pieces when all are there; rejects with the first that rejects. `Promise.all` would make three promises for each piece. */
export function joined(pieces: Json[]): Promise<string> {
  return new Promise((resolve, reject) => join(pieces, resolve, reject))
}

/**
 * The same for the fields of an object, one microtask later, as in graphql-js. The list of errors depends on it: it contains the errors
 * of other fields that occur before their parent becomes null.
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
  let pending = 0
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index]
    if (typeof piece === 'string' || piece === undefined) continue
    pending++
    const settle = (text: string) => {
      pieces[index] = text
      pending--
      if (pending === 0) resolve(pieces.join(''))
    }
    piece.then(settle, reject)
  }
}
