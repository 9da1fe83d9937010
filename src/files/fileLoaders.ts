/** Loads which files the viewer may open, in one statement per batch of a request. */
import DataLoader from 'dataloader'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { visibleFiles } from '../visibility/fileVisibility.ts'

export interface FileLoaders {
  /** Keyed by file id; true if the viewer may open it. Not cached, because a later mutation of the request may change it. */
  isVisible: DataLoader<string, boolean>
  /** The start of the TTL of all links of the request, so that they expire together. */
  readAt: Date
}

/** Returns the loaders of one request. */
export function makeFileLoaders(prisma: PrismaClient, caller: Caller | null): FileLoaders {
  const isVisible = async (ids: readonly string[]) => {
    const rows = await prisma.attachment.findMany({
      where: { AND: [{ id: { in: [...ids] } }, visibleFiles(caller)] },
      select: { id: true },
    })
    const visible = new Set(rows.map(({ id }) => id))
    return ids.map((id) => visible.has(id))
  }
  return { isVisible: new DataLoader<string, boolean>(isVisible, { cache: false }), readAt: new Date() }
}
