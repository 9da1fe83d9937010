/** Limits how many pieces of work run at once. The others wait in a bounded queue; when the queue is full, they are refused. */
import { OverloadedError } from '../../domain/errors.ts'

export class BoundedConcurrency {
  #free: number
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []

  constructor({ atOnce, waitingMax }: { atOnce: number; waitingMax: number }) {
    this.#free = atOnce
    this.#waitingMax = waitingMax
  }

  /** Runs `work` when a slot is free, first come first served. Refuses with OverloadedError if the queue is full. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--
    else await this.#waitForSlot()
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  #waitForSlot(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) throw new OverloadedError()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
