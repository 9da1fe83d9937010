/** Loads whether the viewer may see events that other objects refer to, in one statement per batch. */
import DataLoader from 'dataloader'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { eventsVisibleTo } from '../visibility/eventVisibility.ts'

export type VisibleEventLoader = DataLoader<string, boolean>

/** Keyed by event id; true if the caller may read the event now. */
export const makeVisibleEventLoader = (prisma: PrismaClient, caller: Caller | null): VisibleEventLoader =>
  new DataLoader<string, boolean>(
    async (eventIds) => {
      const where = { AND: [{ id: { in: [...eventIds] } }, eventsVisibleTo(caller)] }
      const rows = await prisma.event.findMany({ where, select: { id: true } })
      const visible = new Set(rows.map(({ id }) => id))
      return eventIds.map((id) => visible.has(id))
    },
    { cache: false },
  )
