/**
 * The way from a commit to whoever remembers who people are, so that rules need not know who does. Who is not told looks anew within
 * seconds by itself.
 */
import type { Signals } from '../cache/signals.ts'
import type { Database } from '../db/client.ts'
import type { Tx } from '../db/transaction.ts'

const TOPIC = 'account changed'

const tellers = new WeakMap<Database['pool'], (userId: string) => void>()

/** Once this is committed, whoever remembers sessions or roles of the person is told to look anew. */
export function invalidateSessionsOf(tx: Tx, userId: string): void {
  tx.afterCommit((database) => tellers.get(database.pool)?.(userId))
}

/** Tells by `signals` what is committed on this database, and calls `listener` with what this and other processes tell. */
export function shareSessionInvalidation(
  { database, signals }: { database: Database; signals: Signals },
  listener: (userId: string) => void,
): void {
  tellers.set(database.pool, (userId) => signals.publish(TOPIC, { userId }))
  signals.subscribe(TOPIC, ({ userId }) => {
    if (typeof userId === 'string') listener(userId)
  })
}
