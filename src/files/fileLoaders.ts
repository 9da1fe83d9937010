/** Links to files for one request: which of them the viewer may open, in one statement for all of a step of the answer. */
import DataLoader from 'dataloader'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { visibleFiles } from '../visibility/fileVisibility.ts'

export interface FileLoaders {
  /** Whether the viewer may open the file of this id. Nothing is kept: a later mutation of the request may change it. */
  isVisible: DataLoader<string, boolean>
  /** When the first link was asked for: all that are given with it end at the same time. */
  readAt: Date
}

/** The loaders of one request. */
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
