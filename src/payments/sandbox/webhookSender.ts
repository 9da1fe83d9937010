/** Sends the webhooks of the sandbox. A webhook is only a hint: a lost one delays the outcome until the scheduled look-up. */
import type { Logger } from 'pino'

// If more than this wait, no server receives them. Further webhooks are dropped, because nothing depends on them.
const WAITING_MAX = 1_000
const AT_ONCE_MAX = 4
const POST_TIMEOUT_MS = 5_000

interface WebhookRequest {
  body: Buffer
  headers: Record<string, string>
}

export interface WebhookSenderOptions {
  /** The URL of our server; null while it does not listen. */
  url: () => string | null
  log: Logger
}

export class WebhookSender {
  readonly #url: () => string | null
  readonly #log: Logger
  readonly #waiting: (() => WebhookRequest)[] = []
  readonly #stopping = new AbortController()
  readonly #inFlight = new Set<Promise<void>>()

  constructor({ url, log }: WebhookSenderOptions) {
    this.#url = url
    this.#log = log
  }

  /** Queues a webhook. `makeRequest` is called when it is sent, so that the signature has the time of sending. */
  send(makeRequest: () => WebhookRequest): void {
    if (this.#stopping.signal.aborted || this.#url() === null || this.#waiting.length >= WAITING_MAX) return
    this.#waiting.push(makeRequest)
    this.#next()
  }

  /** Drops the queue and aborts the requests in flight. */
  async stop(): Promise<void> {
    this.#waiting.length = 0
    this.#stopping.abort()
    await Promise.all(this.#inFlight)
  }

  #next(): void {
    const url = this.#url()
    if (url === null || this.#inFlight.size >= AT_ONCE_MAX) return
    const makeRequest = this.#waiting.shift()
    if (!makeRequest) return
    const posted = this.#post(url, makeRequest()).finally(() => {
      this.#inFlight.delete(posted)
      this.#next()
    })
    this.#inFlight.add(posted)
  }

  async #post(url: string, { body, headers }: WebhookRequest): Promise<void> {
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
      if (!response.ok) this.#log.debug({ status: response.status }, 'webhook was rejected')
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#log.debug({ err: error }, 'webhook could not be sent')
    }
  }
}
