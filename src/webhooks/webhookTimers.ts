/** The timers of webhooks: deliveries of new events, due deliveries, and the removal of old rows. */
import { newId } from '../db/ids.ts'
import { nextUnread, readOn } from '../events/eventReaders.ts'
import type { Timer, Work } from '../jobs/timer.ts'
import { Courier } from './courier.ts'
import { insertDeliveries, nextDueDelivery, readReceivers } from './deliveries.sql.ts'
import {
  deleteDeliveriesOfDeleted,
  deleteEmptyEndpoints,
  deleteOldDeliveries,
  endDeliveriesOfDisabled,
} from './webhooks.sql.ts'

/** Ended deliveries are kept for thirty days, so that their owners can look them up and repeat them. */
const KEPT_MS = 30 * 86_400_000

/** Makes the deliveries of the next events, in the transaction that moves the reader. Returns the number of events. */
export const makeDeliveries = ({ database }: Pick<Work, 'database'>, limit: number): Promise<number> =>
  readOn(database, { name: 'webhooks', limit }, async (tx, events) => {
    const [first, last] = [events[0], events.at(-1)]
    if (!first || !last) return
    const receivers = await readReceivers(tx, { from: first.position, to: last.position })
    if (receivers.length === 0) return
    await insertDeliveries(tx, { deliveries: receivers.map((receiver) => ({ id: newId(), ...receiver })) })
  })

/** The timers of one process, which share its requests in flight. */
export function webhookTimers(): readonly Timer[] {
  const courier = new Courier()
  return [
    {
      name: 'webhooksOfEvents',
      nextDue: (database) => nextUnread(database, 'webhooks'),
      runDue: (work, limit) => makeDeliveries(work, limit),
    },
    {
      name: 'webhooksDue',
      nextDue: async (database) => (await nextDueDelivery(database))?.at ?? null,
      runDue: (work) => courier.run(work),
      stop: () => courier.stop(),
    },
    {
      name: 'oldWebhooksOut',
      nextDue: async () => null,
      async runDue({ database }, limit) {
        const counts = [
          await endDeliveriesOfDisabled(database, { limit }),
          await deleteOldDeliveries(database, { keptMs: KEPT_MS, limit }),
          await deleteDeliveriesOfDeleted(database, { limit }),
          await deleteEmptyEndpoints(database, { limit }),
        ]
        return Math.max(...counts)
      },
    },
  ]
}
