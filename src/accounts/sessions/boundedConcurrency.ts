/** A bound on how much of something runs at once; the rest waits its turn, and past a full queue nobody waits. */
import { OverloadedError } from '../../domain/errors.ts'

export class BoundedConcurrency {
  #free: number
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []

  constructor({ atOnce, waitingMax }: { atOnce: number; waitingMax: number }) {
    this.#free = atOnce
    this.#waitingMax = waitingMax
  }

  /** Runs `work` when there is room, first come first served. Refuses with OverloadedError when too many wait already. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--
    else await this.#turn()
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) throw new OverloadedError()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
