/** Records when access tokens are used, at most once a minute for each and in batches: no request waits for it. */
import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import { recordAccessTokenUses } from './accessTokens.sql.ts'

const FLUSH_AFTER_MS = 1_000
// Bounds the memory, and the size of a batch. Uses beyond it are recorded at the next one.
const WAITING_MAX = 1_000

export class AccessTokenUses {
  readonly #database: Database
  readonly #log: Pick<Logger, 'warn'>
  readonly #waiting = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> | undefined

  constructor({ database, log }: { database: Database; log: Pick<Logger, 'warn'> }) {
    this.#database = database
    this.#log = log
  }

  /** Keeps the use of this token for the next batch. */
  record(id: string): void {
    if (this.#waiting.size >= WAITING_MAX) return
    this.#waiting.add(id)
    this.#schedule()
  }

  /** Writes what waits; resolves when it is written or dropped. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#flushing
    if (this.#waiting.size === 0) return
    const ids = [...this.#waiting]
    this.#waiting.clear()
    this.#flushing = this.#write(ids).finally(() => {
      this.#flushing = undefined
      if (this.#waiting.size > 0) this.#schedule()
    })
    await this.#flushing
  }

  #schedule(): void {
    if (this.#timer || this.#flushing) return
    this.#timer = setTimeout(() => void this.flush(), FLUSH_AFTER_MS)
    this.#timer.unref()
  }

  async #write(ids: string[]): Promise<void> {
    try {
      await recordAccessTokenUses(this.#database, { ids })
    } catch (error) {
      this.#log.warn({ err: error }, 'the use of access tokens was not recorded')
    }
  }
}
