/**
 * Invalidates cached sessions and roles after commit, so that rules need not know who caches them. A process that misses the signal
 * reads them again within seconds anyway.
 */
import type { Signals } from '../cache/signals.ts'
import type { Database } from '../db/client.ts'
import type { Tx } from '../db/transaction.ts'

const TOPIC = 'account changed'

const publishers = new WeakMap<Database['pool'], (userId: string) => void>()

/** Invalidates the cached sessions and roles of a person once this transaction has committed. */
export function invalidateSessionsOf(tx: Tx, userId: string): void {
  tx.afterCommit((database) => publishers.get(database.pool)?.(userId))
}

/** Publishes the invalidations of this database through `signals`, and calls `listener` for those of this and other processes. */
export function shareSessionInvalidation(
  { database, signals }: { database: Database; signals: Signals },
  listener: (userId: string) => void,
): void {
  publishers.set(database.pool, (userId) => signals.publish(TOPIC, { userId }))
  signals.subscribe(TOPIC, ({ userId }) => {
    if (typeof userId === 'string') listener(userId)
  })
}
