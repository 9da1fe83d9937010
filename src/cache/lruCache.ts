/**
 * So many values at most, in this process; the one that has not been used for longest goes first. A use only writes a number: a
 * Map that is put into the order of use is built anew every few uses, which costs more than what is looked up saves.
 */
export class LruCache<Value> {
  readonly #entries = new Map<string, Entry<Value>>()
  readonly #sizeMax: number
  #uses = 0

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  /** Uses the value of this key. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    entry.usedAt = this.#uses++
    return entry.value
  }

  set(key: string, value: Value): void {
    if (this.#entries.size >= this.#sizeMax && !this.#entries.has(key)) this.#entries.delete(this.#longestUnused())
    this.#entries.set(key, { value, usedAt: this.#uses++ })
  }

  #longestUnused(): string {
    let longest = ''
    let usedAt = Number.POSITIVE_INFINITY
    for (const [key, entry] of this.#entries) {
      if (entry.usedAt >= usedAt) continue
      longest = key
      usedAt = entry.usedAt
    }
    return longest
  }
}

interface Entry<Value> {
  value: Value
  usedAt: number
}
