/** The cursor of an event is its position, assigned shortly after commit; a read that needs it sooner runs the sequencer first. */
import DataLoader from 'dataloader'
import type { Database } from '../db/client.ts'
import { readPositions } from './events.sql.ts'
import { sequenceCommittedEvents } from './sequencer.ts'

export type PositionLoader = DataLoader<string, bigint>

/** Loads positions by event id, all of a request in one statement. */
export const makePositionLoader = (database: Database): PositionLoader =>
  new DataLoader(async (eventIds) => {
    let positions = await positionsById(database, eventIds)
    if (positions.size < eventIds.length) {
      await sequenceCommittedEvents(database)
      positions = await positionsById(database, eventIds)
    }
    return eventIds.map((id) => positions.get(id) ?? new Error(`Event ${id} has no position.`))
  })

async function positionsById(database: Database, eventIds: readonly string[]): Promise<Map<string, bigint>> {
  const rows = await readPositions(database, { eventIds })
  return new Map(rows.map(({ eventId, position }) => [eventId, position]))
}
