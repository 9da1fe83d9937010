// A request writes the key again and again, so a long part of it gets a number. Numbers are never used twice: when the table is
// full it begins anew, and what is still asked for gets a new number, hence at worst a statement of the same text.
const SHORT_KEYS_MAX = 5_000
// A longer one stays as it is, so that all of them together are some megabytes at most.
const KEY_LENGTH_MAX = 2_000
const shortKeys = new Map<string, string>()
let shortKeyCount = 0

/** A short word for a part of a key, the same whenever it comes again. */
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
