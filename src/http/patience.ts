/** Waits for somebody, but not for ever: neither in silence nor in all. */
export class Patience {
  readonly #silence: NodeJS.Timeout
  readonly #whole: NodeJS.Timeout
  #isWaiting = false

  /** `onEnd` is called when one wait took longer than `silenceMs`, or everything together longer than `wholeMs`. */
  constructor({ silenceMs, wholeMs, onEnd }: { silenceMs: number; wholeMs: number; onEnd: () => void }) {
    this.#silence = setTimeout(() => {
      if (this.#isWaiting) onEnd()
    }, silenceMs)
    this.#whole = setTimeout(onEnd, wholeMs)
  }

  async waitFor<Value>(value: Promise<Value>): Promise<Value> {
    this.#isWaiting = true
    this.#silence.refresh()
    try {
      return await value
    } finally {
      this.#isWaiting = false
    }
  }

  end(): void {
    clearTimeout(this.#silence)
    clearTimeout(this.#whole)
  }
}
