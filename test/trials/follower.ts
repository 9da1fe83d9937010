/** Follows a subscription of the SDK until the end of a trial, and collects its items. */
import { setTimeout as pause } from 'node:timers/promises'

const WAIT_MS = 300_000
// After the last expected item: a duplicate would arrive now.
const QUIET_MS = 1_000
const LOOK_MS = 20

interface Followed {
  __typename?: string
  message?: { id: string } | null
}

export class Follower {
  readonly #items: AsyncIterableIterator<object>
  readonly #ids: string[] = []
  #failure: unknown
  #isOver = false

  constructor(items: AsyncIterableIterator<object>) {
    this.#items = items
    void this.#take()
  }

  get messageCount(): number {
    return this.#ids.length
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Returns the ids of the messages in the order of arrival, once there are this many and no more arrive. */
  async messages(count: number): Promise<string[]> {
    const deadline = Date.now() + WAIT_MS
    while (this.#ids.length < count && !this.#isOver && Date.now() < deadline) await pause(LOOK_MS)
    await pause(QUIET_MS)
    if (this.#isOver) throw new Error(`It ended after ${this.#ids.length} messages.`, { cause: this.#failure })
    return this.#ids
  }

  async stop(): Promise<void> {
    await this.#items.return?.()
  }

  async #take(): Promise<void> {
    try {
      for await (const data of this.#items) {
        const [item] = Object.values(data) as (Followed | null)[]
        if (item?.__typename === 'ResyncRequired') throw new Error('It was told to read again.')
        if (item?.message) this.#ids.push(item.message.id)
      }
    } catch (error) {
      this.#failure = error
    }
    this.#isOver = true
  }
}
