/** The cursor of an event is its position, which it has a moment after its commit: whoever needs it sooner numbers first. */
import DataLoader from 'dataloader'
import type { Database } from '../db/client.ts'
import { readPositions } from './events.sql.ts'
import { sequenceCommittedEvents } from './sequencer.ts'

export type PositionLoader = DataLoader<string, bigint>

/** Gives positions by the ids of events, for all of a request in one statement. */
export const makePositionLoader = (database: Database): PositionLoader =>
  new DataLoader(async (eventIds) => {
    let positions = await positionsOf(database, eventIds)
    if (positions.size < eventIds.length) {
      await sequenceCommittedEvents(database)
      positions = await positionsOf(database, eventIds)
    }
    return eventIds.map((id) => positions.get(id) ?? new Error(`Event ${id} has no position.`))
  })

async function positionsOf(database: Database, eventIds: readonly string[]): Promise<Map<string, bigint>> {
  const rows = await readPositions(database, { eventIds })
  return new Map(rows.map(({ eventId, position }) => [eventId, position]))
}
