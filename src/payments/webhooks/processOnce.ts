import type { Database } from '../../db/client.ts'
import { withTransaction } from '../../db/transaction.ts'
import type { Timer } from '../../jobs/timer.ts'
import {
  deleteOldEvents,
  giveBackEvent,
  markProcessed,
  nextOldEvent,
  type ReceivedEvent,
  readEvent,
  takeEvent,
} from './webhooksReceived.sql.ts'

// Twice the time of a call to the provider and of its processing.
const LEASE_MS = 30_000
// Providers repeat an event for three days, and by hand for a month.
const KEEP_MS = 35 * 24 * 3_600_000

/**
 * Processes an event of a provider once, however often and however concurrently it is delivered. `work` runs outside of any transaction
 * and returns true when the event is dealt with; only then, and if it does not throw, is the event marked as processed. Returns true if the
 * event is dealt with, now or by an earlier delivery; false if the provider has to deliver it again, because another delivery is being
 * processed at this moment or because `work` could not finish.
 */
export async function processOnce(
  database: Database,
  event: ReceivedEvent,
  work: () => Promise<boolean>,
): Promise<boolean> {
  const taken = await withTransaction(database, (tx) => takeEvent(tx, { ...event, leaseMs: LEASE_MS, keepMs: KEEP_MS }))
  if (taken === 0) return (await readEvent(database, event))?.isProcessed ?? false
  let isDone = false
  try {
    isDone = await work()
    return isDone
  } finally {
    await withTransaction(database, (tx) => (isDone ? markProcessed(tx, event) : giveBackEvent(tx, event)))
  }
}

/** Deletes the ids of events that no provider repeats any more. */
export const oldWebhooks: Timer = {
  name: 'oldWebhooks',
  nextDue: async (database) => (await nextOldEvent(database))?.at ?? null,
  runDue: ({ database }, limit) => deleteOldEvents(database, { limit }),
}
