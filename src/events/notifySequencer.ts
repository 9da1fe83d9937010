/** The way from a commit to the sequencer of the same process, so that rules need not know who numbers. */
import type { Database } from '../db/client.ts'

const sequencers = new WeakMap<Database['pool'], () => void>()

/** From now on `wake` is called after each transaction of this database that has recorded an event. */
export function onEventsRecorded(database: Database, wake: () => void): void {
  sequencers.set(database.pool, wake)
}

/** An effect for `tx.afterCommit`. In a process without a sequencer it does nothing: others look each second. */
export function notifySequencer(database: Database): void {
  sequencers.get(database.pool)?.()
}
