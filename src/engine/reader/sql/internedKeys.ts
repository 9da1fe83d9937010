/** Interned parts of shape keys: each request builds shape keys, so their long parts are replaced by short numbers. */
import { BoundedCache } from '../../../cache/boundedCache.ts'

const INTERNED_MAX = 5_000
// Longer parts are not interned, so the cache has some megabytes at most.
const KEY_LENGTH_MAX = 2_000
const internedKeys = new BoundedCache<string, string>({ name: 'internedKeys', max: INTERNED_MAX })
// A number is never used twice: an evicted part gets a new one, which at worst compiles a statement of the same text again.
let internedCount = 0

/** A short text for a part of a key; the same part has the same text. */
export function internedKeyOf(key: string): string {
  if (key.length > KEY_LENGTH_MAX) return key
  let interned = internedKeys.get(key)
  if (interned === undefined) {
    internedCount += 1
    interned = `#${internedCount}`
    internedKeys.set(key, interned)
  }
  return interned
}
