/** Remembers answers for a few seconds, at most so many of them, in this process. Who asks meanwhile waits for the same answer. */
export class CoalescingTtlCache<Value extends object> {
  readonly #entries = new Map<string, Entry<Value>>()
  readonly #lifeMs: number
  readonly #sizeMax: number

  constructor(options: { lifeMs: number; sizeMax: number }) {
    this.#lifeMs = options.lifeMs
    this.#sizeMax = options.sizeMax
  }

  /** What is remembered, if it is. */
  known(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    return entry && entry.until > Date.now() ? entry.value : undefined
  }

  /** What is remembered, else what `load` gives. A failure and an undefined answer are not remembered. */
  async get(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const entry = this.#entries.get(key)
    if (entry && entry.until > Date.now()) return entry.answer
    const asked: Entry<Value> = { answer: load(), value: undefined, until: Date.now() + this.#lifeMs }
    this.#keep(key, asked)
    try {
      asked.value = await asked.answer
      if (asked.value === undefined) this.#drop(key, asked)
      return asked.value
    } catch (error) {
      this.#drop(key, asked)
      throw error
    }
  }

  /** Has the next one who asks load it. */
  forget(key: string): void {
    this.#entries.delete(key)
  }

  // The time counts from the question: the answer may be as old as that. A Map gives its keys in the order of insertion.
  #keep(key: string, entry: Entry<Value>): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#sizeMax && oldest !== undefined) this.#entries.delete(oldest)
  }

  #drop(key: string, entry: Entry<Value>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
  }
}

interface Entry<Value> {
  answer: Promise<Value | undefined>
  /** The answer, once it is there. */
  value: Value | undefined
  until: number
}
