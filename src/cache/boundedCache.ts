/** Bounded in-process cache with LRU eviction, and the counts of all such caches for `/metrics`. */
import { LRUCache } from 'lru-cache'

type Present = NonNullable<unknown>

interface Counts {
  hits: number
  misses: number
  evictions: number
}

interface Sized {
  readonly size: number
}

interface Registered {
  counts: Counts
  /** Weak, because a process may make a cache again (one for each schema or app) and drop the old one. */
  caches: Set<WeakRef<Sized>>
}

/** Totals since the start of the process over all caches of one name, and the entries that they hold now. */
interface CacheStatistics extends Counts {
  name: string
  entries: number
}

const registered = new Map<string, Registered>()

/**
 * At most `max` entries; the least recently used one is evicted. `undefined` means that the cache has no entry, so it cannot be a
 * value. A cache with a name is counted in `/metrics`; one that lives as short as a request or a document has none.
 */
export class BoundedCache<Key extends Present, Value extends Present> {
  readonly #entries: LRUCache<Key, Value>
  /** Shared by all caches of the name. */
  readonly counts: Counts

  constructor({ name, max }: { name?: string; max: number }) {
    const counts = name === undefined ? noCounts() : register(name, this)
    const dispose = (_value: Value, _key: Key, reason: LRUCache.DisposeReason): void => {
      if (reason === 'evict') counts.evictions++
    }
    this.counts = counts
    this.#entries = new LRUCache({ max, dispose })
  }

  get size(): number {
    return this.#entries.size
  }

  /** Returns the value and makes it the most recently used one. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) this.counts.misses++
    else this.counts.hits++
    return value
  }

  /** Returns the value without counting and without changing the order of eviction. */
  peek(key: Key): Value | undefined {
    return this.#entries.peek(key)
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value)
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }
}

/** The statistics of all named caches. */
export function boundedCaches(): CacheStatistics[] {
  return [...registered].map(([name, { counts, caches }]) => {
    let entries = 0
    for (const reference of caches) {
      const cache = reference.deref()
      if (cache) entries += cache.size
      else caches.delete(reference)
    }
    return { name, ...counts, entries }
  })
}

function register(name: string, cache: Sized): Counts {
  let found = registered.get(name)
  if (!found) {
    found = { counts: noCounts(), caches: new Set() }
    registered.set(name, found)
  }
  found.caches.add(new WeakRef(cache))
  return found.counts
}

const noCounts = (): Counts => ({ hits: 0, misses: 0, evictions: 0 })
