/** The way from a commit to the numberer of the same process, so that rules need not know who numbers. */
import type { Database } from '../db/client.ts'

const numberers = new WeakMap<Database['pool'], () => void>()

/** From now on `wake` is called after each transaction of this database that has recorded an event. */
export function onEventsRecorded(database: Database, wake: () => void): void {
  numberers.set(database.pool, wake)
}

/** An effect for `tx.afterCommit`. In a process without a numberer it does nothing: others look each second. */
export function wakeNumberer(database: Database): void {
  numberers.get(database.pool)?.()
}
