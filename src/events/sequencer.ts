/**
 * Assigns positions to committed events: after the commit, and by one sequencer at a time across all processes. So no event ever
 * appears before one that was already read: a reader at a position has seen everything before it.
 */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import { repeat, type WakeableRepetition } from '../domain/repeat.ts'
import { sequenceWaitingEvents } from './events.sql.ts'
import { onEventsRecorded } from './notifySequencer.ts'

// The longest wait of events from processes that have no sequencer, or that died before they woke theirs.
const POLL_EVERY_MS = 1_000
// Under load one turn sequences all commits of this interval, instead of one turn per commit; the delay is not noticeable.
const PAUSE_MS = 10
// The limit inside number_events(), which keeps a batch one short transaction.
const BATCH_SIZE = 1_000
// 100,000 events per turn; the rest waits for the next turn.
const BATCHES_MAX = 100

/** Sequences every event that was committed before the call. */
export async function sequenceCommittedEvents(database: Database): Promise<void> {
  await sequenceBatches(database, { waitForLock: true, onSequenced: () => {} })
}

/** Runs after each commit of this process and each second; calls `onSequenced` after each batch that assigned positions. */
export function startSequencer(options: {
  database: Database
  log: Logger
  onSequenced: () => void
}): WakeableRepetition {
  const { database, log, onSequenced } = options
  const sequencer = repeat({
    name: 'sequenceEvents',
    everyMs: POLL_EVERY_MS,
    pauseMs: PAUSE_MS,
    log,
    // A wake-up means that a reader waits for this commit. A running sequencer may have started before it, so wait for the lock.
    turn: (woken) => sequenceBatches(database, { waitForLock: woken, onSequenced }),
  })
  onEventsRecorded(database, sequencer.wake)
  return sequencer
}

async function sequenceBatches(
  database: Database,
  { waitForLock, onSequenced }: { waitForLock: boolean; onSequenced: () => void },
): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch++) {
    const count = await sequenceWaitingEvents(database, { waitForLock })
    if (count > 0) onSequenced()
    if (count < BATCH_SIZE) return
  }
}
