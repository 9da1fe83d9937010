import type { PrismaClient } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { FileLink } from '../files/fileLinks.ts'
import { visibleFiles } from '../visibility/fileVisibility.ts'
import { callerOfLink } from './sessions/callerOfSession.ts'

export interface OpenedFile {
  id: string
  filename: string
  contentType: string
  byteSize: bigint
  sha256: string
}

/** Returns the file of a link if it is available and the viewer of the link is still signed in and may see it now; else undefined. */
export async function openLink(
  {
    database,
    prisma,
    staffNeedsSecondFactor,
  }: { database: Statements; prisma: PrismaClient; staffNeedsSecondFactor: boolean },
  { fileId, sessionId }: FileLink,
): Promise<OpenedFile | undefined> {
  const viewer = sessionId === null ? null : await callerOfLink(database, { sessionId, staffNeedsSecondFactor })
  if (sessionId !== null && !viewer) return undefined
  const file = await prisma.attachment.findFirst({
    where: { AND: [{ id: fileId, status: 'AVAILABLE' }, visibleFiles(viewer)] },
    select: { id: true, filename: true, contentType: true, byteSize: true, sha256: true },
  })
  return file ?? undefined
}
