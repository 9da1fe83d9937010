// Each request builds shape keys, so their long parts are replaced by numbers. A number is never used twice: when the table is full it is
// cleared, and a part that is still in use gets a new number, which at worst compiles a statement of the same text again.
const SHORT_KEYS_MAX = 5_000
// Longer parts are not interned, so the table has some megabytes at most.
const KEY_LENGTH_MAX = 2_000
const shortKeys = new Map<string, string>()
let shortKeyCount = 0

/** A short text for a part of a key; the same part has the same text. */
export function internedKeyOf(key: string): string {
  if (key.length > KEY_LENGTH_MAX) return key
  let short = shortKeys.get(key)
  if (short === undefined) {
    if (shortKeys.size >= SHORT_KEYS_MAX) shortKeys.clear()
    shortKeyCount += 1
    short = `#${shortKeyCount}`
    shortKeys.set(key, short)
  }
  return short
}
