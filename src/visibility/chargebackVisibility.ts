/**
 * Visibility of chargebacks. Poster: all of their tasks. Tasker: those of payments that were for their work. FINANCE and ADMIN: all, except
 * with a conflict of interest. Agents: none, because they move no money.
 */
import type { Prisma } from '../db/generated/client.ts'
import { perViewerConstant } from '../db/queryHints.ts'
import type { Caller } from '../domain/caller.ts'
import { isStaff, othersTasks } from './staffRights.ts'

/** The chargebacks that `caller` may see. */
export const visibleChargebacks = perViewerConstant<Caller, Prisma.ChargebackWhereInput>((caller) => {
  if (!caller) return { id: { in: [] } }
  const { id } = caller
  const byRole: Prisma.ChargebackWhereInput[] = isStaff(caller) ? [{ task: othersTasks(caller) }] : []
  return { OR: [{ taskerId: id }, { task: { posterId: id } }, ...byRole] }
})
