/** Sends due deliveries, many at once, but few to one endpoint: an endpoint that is slow delays only its own. */
import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Work } from '../jobs/timer.ts'
import { findDueDeliveries } from './deliveries.sql.ts'
import { deliverWebhook } from './deliverWebhook.ts'

const AT_ONCE_MAX = 40
const PER_ENDPOINT_MAX = 4
// A turn ends also while slow endpoints have not answered; the next one goes on beside them. So they delay neither a sweep nor the clock.
const TURN_MS_MAX = 2_000
const LOOK_EVERY_MS = 250

export class Courier {
  readonly #running = new Map<string, Promise<void>>()
  readonly #perEndpoint = new Map<string, number>()
  readonly #stopping = new AbortController()
  #done = 0

  constructor() {
    // Each request in flight listens.
    setMaxListeners(AT_ONCE_MAX, this.#stopping.signal)
  }

  /** Delivers until nothing is due or nothing proceeds, for two seconds at most. Returns how many deliveries were attempted. */
  async run(work: Work): Promise<number> {
    const deadline = performance.now() + TURN_MS_MAX
    this.#done = 0
    while (performance.now() < deadline && !this.#stopping.signal.aborted) {
      const doneBefore = this.#done
      const started = await this.#startDue(work)
      if (this.#running.size === 0) break
      const looking = new AbortController()
      const look = pause(LOOK_EVERY_MS, undefined, { signal: looking.signal }).catch(() => {})
      await Promise.race([...this.#running.values(), look])
      looking.abort()
      if (started === 0 && this.#done === doneBefore) break
    }
    return this.#done
  }

  /** Ends the requests in flight, which do not count as attempts. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The process stops.'))
    await Promise.all(this.#running.values())
  }

  /** Starts due deliveries, and returns how many. */
  async #startDue(work: Work): Promise<number> {
    let started = 0
    if (this.#running.size >= AT_ONCE_MAX) return started
    const due = await findDueDeliveries(work.database, { perEndpoint: PER_ENDPOINT_MAX, limit: AT_ONCE_MAX })
    for (const { id, endpointId } of due) {
      const atEndpoint = this.#perEndpoint.get(endpointId) ?? 0
      if (this.#running.size >= AT_ONCE_MAX) break
      if (this.#running.has(id) || atEndpoint >= PER_ENDPOINT_MAX) continue
      this.#perEndpoint.set(endpointId, atEndpoint + 1)
      this.#running.set(id, this.#deliver(work, { id, endpointId }))
      started++
    }
    return started
  }

  async #deliver(work: Work, { id, endpointId }: { id: string; endpointId: string }): Promise<void> {
    try {
      if (await deliverWebhook(work, { deliveryId: id, signal: this.#stopping.signal })) this.#done++
    } catch (error) {
      work.log.error({ err: error, delivery: id }, 'a delivery of a webhook failed; it is repeated after its lease')
    } finally {
      this.#running.delete(id)
      const left = (this.#perEndpoint.get(endpointId) ?? 1) - 1
      if (left > 0) this.#perEndpoint.set(endpointId, left)
      else this.#perEndpoint.delete(endpointId)
    }
  }
}
