/** Wakes the sequencer of this process after a commit; rules need not know which sequencer runs. */
import type { Database } from '../db/client.ts'

const sequencers = new WeakMap<Database['pool'], () => void>()

/** Registers `wake`, which is then called after each transaction of this database that recorded an event. */
export function onEventsRecorded(database: Database, wake: () => void): void {
  sequencers.set(database.pool, wake)
}

/** An effect for `tx.afterCommit`. Does nothing in a process without a sequencer: sequencers also poll each second. */
export function notifySequencer(database: Database): void {
  sequencers.get(database.pool)?.()
}
