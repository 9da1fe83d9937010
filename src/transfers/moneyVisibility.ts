/** Who sees money: the parties what is held for, paid for and given back of their task; FINANCE and ADMIN all of it. */
import type { Prisma } from '../db/generated/client.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { askedAboutBy } from '../tasks/taskVisibility.ts'

/** FINANCE and ADMIN. */
export const seesEveryPenny = (caller: Caller | null): boolean => hasRole(caller, 'FINANCE')

/** The holds that `caller` may see: of tasks that they posted or are assigned to. */
export function visibleHolds(caller: Caller | null): Prisma.HoldWhereInput {
  if (!caller) return NONE
  return seesEveryPenny(caller) ? {} : { task: partyIs(caller) }
}

/** The refunds that `caller` may see. */
export function visibleRefunds(caller: Caller | null): Prisma.RefundWhereInput {
  if (!caller) return NONE
  return seesEveryPenny(caller) ? {} : { task: partyIs(caller) }
}

/** The transfers that `caller` may see: to themselves, and those of tasks that they posted. */
export function visibleTransfers(caller: Caller | null): Prisma.TransferWhereInput {
  if (!caller) return NONE
  if (seesEveryPenny(caller)) return {}
  return { OR: [{ destinationId: caller.id }, { task: { OR: [{ posterId: caller.id }, ...askedAbout(caller)] } }] }
}

const NONE = { id: { in: [] } }

const partyIs = (caller: Caller): Prisma.TaskWhereInput => ({
  OR: [{ posterId: caller.id }, { assigneeId: caller.id }, ...askedAbout(caller)],
})

// An agent, while a chat assigned to them is about the task.
const askedAbout = (caller: Caller): Prisma.TaskWhereInput[] => (hasRole(caller, 'AGENT') ? [askedAboutBy(caller)] : [])
