/** Bounded in-process TTL cache; concurrent misses share one load. The entry that was loaded first is evicted first. */
import { BoundedCache } from './boundedCache.ts'

export class CoalescingTtlCache<Value extends object> {
  readonly #entries: BoundedCache<string, Entry<Value>>
  readonly #ttlMs: number

  constructor({ name, max, ttlMs }: { name: string; max: number; ttlMs: number }) {
    this.#entries = new BoundedCache({ name, max })
    this.#ttlMs = ttlMs
  }

  /** The cached value; undefined while it is still being loaded. Does not count a miss, because `get` follows. */
  peek(key: string): Value | undefined {
    return this.#unexpired(key)?.value
  }

  /** The cached value, or the result of `load`. A failure or `undefined` is not cached. */
  async get(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const cached = this.#unexpired(key)
    if (cached) return cached.loading
    this.#entries.counts.misses++
    // The TTL counts from the start of the load: the value may be as old as that.
    const fresh: Entry<Value> = { loading: load(), value: undefined, expiresAtMs: Date.now() + this.#ttlMs }
    this.#entries.set(key, fresh)
    try {
      fresh.value = await fresh.loading
      if (fresh.value === undefined) this.#drop(key, fresh)
      return fresh.value
    } catch (error) {
      this.#drop(key, fresh)
      throw error
    }
  }

  invalidate(key: string): void {
    this.#entries.delete(key)
  }

  #unexpired(key: string): Entry<Value> | undefined {
    const entry = this.#entries.peek(key)
    if (!entry || entry.expiresAtMs <= Date.now()) return undefined
    this.#entries.counts.hits++
    return entry
  }

  // A later load may have replaced the entry.
  #drop(key: string, entry: Entry<Value>): void {
    if (this.#entries.peek(key) === entry) this.#entries.delete(key)
  }
}

interface Entry<Value> {
  loading: Promise<Value | undefined>
  /** The value, once it is loaded. */
  value: Value | undefined
  expiresAtMs: number
}
