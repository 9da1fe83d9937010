/**
 * Visibility of disputes. Poster: all of their tasks. Tasker: those of their own work, not those of an earlier tasker. FINANCE and ADMIN:
 * all, except with a conflict of interest. Agents: the same as the customer whom they serve.
 */
import type { Prisma } from '../db/generated/client.ts'
import { perViewerConstant, probedPerRow } from '../db/queryHints.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { isStaff, othersTasks } from './staffRights.ts'

/** The disputes that `caller` may see. */
export const visibleDisputes = perViewerConstant<Caller, Prisma.DisputeWhereInput>((caller) => {
  if (!caller) return { id: { in: [] } }
  const { id } = caller
  const byRole: Prisma.DisputeWhereInput[] = isStaff(caller)
    ? [{ task: othersTasks(caller) }]
    : hasRole(caller, 'AGENT')
      ? [{ agentAccess: { some: probedPerRow({ agentId: id }) } }]
      : []
  return { OR: [{ taskerId: id }, { task: { posterId: id } }, ...byRole] }
})
