/**
 * Gives committed events their positions. A position is given after the commit, by one sequencer at a time in all processes,
 * so the order that readers see never gains an earlier entry: whoever has read up to a position has read all before it.
 */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import { repeat, type WakeableRepetition } from '../domain/repeat.ts'
import { sequenceWaitingEvents } from './events.sql.ts'
import { onEventsRecorded } from './notifySequencer.ts'

// Commits of processes that have no sequencer, or that died before they woke theirs, wait no longer than this.
const LOOK_EVERY_MS = 1_000
// Under load a turn numbers what was committed in this time, instead of a turn for each commit; nobody notices it.
const PAUSE_MS = 10
// number_events() takes at most this many, so that a batch is one short transaction.
const BATCH_SIZE = 1_000
// A hundred thousand at a time; what is more waits for the next turn.
const BATCHES_MAX = 100

/** Everything that was committed before the call has its position afterwards. */
export async function sequenceCommittedEvents(database: Database): Promise<void> {
  await numberBatches(database, { patient: true, onNumbered: () => {} })
}

/** Numbers after each commit of this process and each second; `onNumbered` follows each batch that gave positions. */
export function startSequencer(options: {
  database: Database
  log: Logger
  onNumbered: () => void
}): WakeableRepetition {
  const { database, log, onNumbered } = options
  const sequencer = repeat({
    name: 'numberEvents',
    everyMs: LOOK_EVERY_MS,
    pauseMs: PAUSE_MS,
    log,
    // Somebody waits for what was just committed, and the sequencer at work may have begun before: wait for it.
    turn: (woken) => numberBatches(database, { patient: woken, onNumbered }),
  })
  onEventsRecorded(database, sequencer.wake)
  return sequencer
}

async function numberBatches(
  database: Database,
  { patient, onNumbered }: { patient: boolean; onNumbered: () => void },
): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch++) {
    const numbered = await sequenceWaitingEvents(database, { patient })
    if (numbered > 0) onNumbered()
    if (numbered < BATCH_SIZE) return
  }
}
