/** Who sees money: the parties what is held for, paid for and given back of their task; FINANCE and ADMIN all of it. */
import type { Prisma } from '../db/generated/client.ts'
import { type Caller, hasRole } from '../domain/caller.ts'

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
  return seesEveryPenny(caller) ? {} : { OR: [{ destinationId: caller.id }, { task: { posterId: caller.id } }] }
}

const NONE = { id: { in: [] } }

const partyIs = ({ id }: Caller): Prisma.TaskWhereInput => ({ OR: [{ posterId: id }, { assigneeId: id }] })
