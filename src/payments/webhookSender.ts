/** Posts the sandbox's webhooks. A webhook is a hint: one that is lost costs a wait until the provider is asked anyway. */
import type { Logger } from 'pino'

// More than this waiting means that nobody receives; what comes then is dropped, as nothing depends on it.
const WAITING_MAX = 1_000
const AT_ONCE_MAX = 4
const POST_TIMEOUT_MS = 5_000

interface Post {
  body: Buffer
  headers: Record<string, string>
}

export interface WebhookSenderOptions {
  /** Where our server listens; null while it does not. */
  url: () => string | null
  log: Logger
}

export class WebhookSender {
  readonly #url: () => string | null
  readonly #log: Logger
  readonly #waiting: (() => Post)[] = []
  readonly #stopping = new AbortController()
  readonly #underWay = new Set<Promise<void>>()

  constructor({ url, log }: WebhookSenderOptions) {
    this.#url = url
    this.#log = log
  }

  /** Posts it when its turn comes; `make` is called then, so the time in the signature is that of the sending. */
  send(make: () => Post): void {
    if (this.#stopping.signal.aborted || this.#url() === null || this.#waiting.length >= WAITING_MAX) return
    this.#waiting.push(make)
    this.#next()
  }

  /** Drops what waits, ends what is under way. */
  async stop(): Promise<void> {
    this.#waiting.length = 0
    this.#stopping.abort()
    await Promise.all(this.#underWay)
  }

  #next(): void {
    const url = this.#url()
    if (url === null || this.#underWay.size >= AT_ONCE_MAX) return
    const make = this.#waiting.shift()
    if (!make) return
    const posted = this.#post(url, make()).finally(() => {
      this.#underWay.delete(posted)
      this.#next()
    })
    this.#underWay.add(posted)
  }

  async #post(url: string, { body, headers }: Post): Promise<void> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(POST_TIMEOUT_MS)])
    try {
      const response = await fetch(url, {
        method: 'POST',
        body: new Uint8Array(body),
        headers,
        signal,
        redirect: 'error',
      })
      await response.body?.cancel()
      if (!response.ok) this.#log.debug({ status: response.status }, 'a webhook was not taken')
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#log.debug({ err: error }, 'a webhook did not arrive')
    }
  }
}
