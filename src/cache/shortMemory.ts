/** Remembers answers for a few seconds, at most so many of them, in this process. Who asks meanwhile waits for the same answer. */
export class ShortMemory<Value extends object> {
  readonly #entries = new Map<string, { answer: Promise<Value | undefined>; until: number }>()
  readonly #lifeMs: number
  readonly #sizeMax: number

  constructor(options: { lifeMs: number; sizeMax: number }) {
    this.#lifeMs = options.lifeMs
    this.#sizeMax = options.sizeMax
  }

  /** What is remembered, else what `load` gives. A failure and an undefined answer are not remembered. */
  async get(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const entry = this.#entries.get(key)
    if (entry && entry.until > Date.now()) return entry.answer
    const answer = load()
    this.#keep(key, answer)
    try {
      const value = await answer
      if (value === undefined) this.#drop(key, answer)
      return value
    } catch (error) {
      this.#drop(key, answer)
      throw error
    }
  }

  /** Has the next one who asks load it. */
  forget(key: string): void {
    this.#entries.delete(key)
  }

  // The time counts from the question: the answer may be as old as that. A Map gives its keys in the order of insertion.
  #keep(key: string, answer: Promise<Value | undefined>): void {
    this.#entries.delete(key)
    this.#entries.set(key, { answer, until: Date.now() + this.#lifeMs })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#sizeMax && oldest !== undefined) this.#entries.delete(oldest)
  }

  #drop(key: string, answer: Promise<Value | undefined>): void {
    if (this.#entries.get(key)?.answer === answer) this.#entries.delete(key)
  }
}
