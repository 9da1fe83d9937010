/**
 * Readers of the event log that make rows of events, such as notifications. The position of a reader moves in the transaction of its
 * work: after a crash it continues where its last commit ended, so no event is lost and none is read twice.
 */
import type { Database } from '../db/client.ts'
import type { Statements } from '../db/statements.ts'
import { type Tx, withTransaction } from '../db/transaction.ts'
import { lockReader, moveReader, readNextUnread, tryLockReader } from './eventReaders.sql.ts'
import { readEvents, type SequencedEvent } from './events.sql.ts'

export type ReaderName = 'webhooks' | 'notifications'

/**
 * Reads up to `limit` of the next events, in the order of their positions, and acts on them in the same transaction. Returns how many
 * were read; none while another process reads.
 */
export function readOn(
  database: Database,
  { name, limit }: { name: ReaderName; limit: number },
  act: (tx: Tx, events: readonly SequencedEvent[]) => Promise<void>,
): Promise<number> {
  return withTransaction(database, async (tx) => {
    const reader = await tryLockReader(tx, { name })
    if (!reader) return 0
    const events = await readEvents(tx, { after: reader.position, limit })
    const last = events.at(-1)
    if (!last) return 0
    await act(tx, events)
    await moveReader(tx, { name, position: last.position })
    return events.length
  })
}

/** The time of the first event that the reader has not read; null if it has read all. */
export async function nextUnread(database: Statements, name: ReaderName): Promise<Date | null> {
  return (await readNextUnread(database, { name }))?.at ?? null
}

/** Excludes the reader until the transaction ends, for other writers of the rows that it makes. */
export async function excludeReader(tx: Tx, name: ReaderName): Promise<void> {
  await lockReader(tx, { name })
}
