/**
 * Idempotency as documented (https://docs.stripe.com/api/idempotent_requests): the answer to the first request under a key is
 * stored, if it had begun to execute, and replayed to the same request. Version 2 of the API stores successes only.
 */
import { keyInUse, keyReused, StripeRefusal } from './refusals.ts'

export interface Reply {
  status: number
  body: object
  headers: Record<string, string>
}

interface Stored {
  fingerprint: string
  reply: Reply | null
}

export interface KeyedRequest {
  key: string
  /** Method, path and parameters. */
  fingerprint: string
  isVersion2: boolean
}

export class IdempotencyKeys {
  readonly #stored = new Map<string, Stored>()

  /** Forgets every key, as Stripe may after 24 hours. */
  forget(): void {
    this.#stored.clear()
  }

  run({ key, fingerprint, isVersion2 }: KeyedRequest, execute: () => Reply): Reply {
    const stored = this.#stored.get(key)
    if (stored && stored.fingerprint !== fingerprint) throw keyReused()
    if (stored && !stored.reply) throw keyInUse()
    if (stored?.reply) return { ...stored.reply, headers: { ...stored.reply.headers, 'idempotent-replayed': 'true' } }
    const reply = execute()
    const isStored = isVersion2 ? reply.status < 400 : true
    if (isStored) this.#stored.set(key, { fingerprint, reply })
    return reply
  }

  /** Marks a key as used by a request that is still being executed. */
  occupy(key: string, fingerprint: string): void {
    this.#stored.set(key, { fingerprint, reply: null })
  }
}

/** Runs a handler, and turns a refusal that had begun to execute into a reply, which can be stored. */
export function executed(handler: () => object): Reply {
  try {
    return { status: 200, body: handler(), headers: {} }
  } catch (error) {
    if (error instanceof StripeRefusal && error.isStored) return replyOf(error)
    throw error
  }
}

export const replyOf = ({ status, body, headers }: StripeRefusal): Reply => ({
  status,
  body: { error: body },
  headers,
})
