/**
 * Who sees money: the parties what is held for, paid for and given back of their task; FINANCE and ADMIN all of it but that of their
 * own matters, where they are parties or nothing; an agent what the customer whom they serve sees.
 */
import type { Prisma } from '../db/generated/client.ts'
import { perViewerConstant, probedPerRow } from '../db/queryHints.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { othersTasks, tasksAskedAboutBy } from './staffRights.ts'

const NONE = { id: { in: [] } }

/** FINANCE and ADMIN. */
export const seesEveryPenny = (caller: Caller | null): boolean => hasRole(caller, 'FINANCE')

/** The holds that `caller` may see: of tasks that they posted or are assigned to. */
export const visibleHolds = perViewerConstant<Caller, Prisma.HoldWhereInput>((caller) =>
  caller ? { task: { OR: [partyIs(caller), ...asStaff(caller)] } } : NONE,
)

/** The refunds that `caller` may see. */
export const visibleRefunds = perViewerConstant<Caller, Prisma.RefundWhereInput>((caller) =>
  caller ? { task: { OR: [partyIs(caller), ...asStaff(caller)] } } : NONE,
)

/** The transfers that `caller` may see: to themselves, and those of tasks that they posted. */
export const visibleTransfers = perViewerConstant<Caller, Prisma.TransferWhereInput>((caller) => {
  if (!caller) return NONE
  const { id } = caller
  const byRole: Prisma.TransferWhereInput[] = seesEveryPenny(caller)
    ? [{ task: othersTasks(caller) }]
    : hasRole(caller, 'AGENT')
      ? [{ agentAccess: { some: probedPerRow({ agentId: id }) } }]
      : []
  return { OR: [{ destinationId: id }, { task: { posterId: id } }, ...byRole] }
})

/** The accounts of the books that `caller` may see: those of finance staff's own matters are left to others. */
export const visibleAccounts = (caller: Caller | null): Prisma.LedgerAccountWhereInput =>
  caller && seesEveryPenny(caller)
    ? {
        AND: [
          { OR: [{ taskId: null }, { task: othersTasks(caller) }] },
          { OR: [{ userId: null }, { userId: { not: caller.id } }] },
        ],
      }
    : NONE

/** The postings that `caller` may see: the same, of others' tasks. */
export const visiblePostings = (caller: Caller | null): Prisma.LedgerTransactionWhereInput =>
  caller && seesEveryPenny(caller) ? { task: othersTasks(caller) } : NONE

const partyIs = ({ id }: Caller): Prisma.TaskWhereInput => ({ OR: [{ posterId: id }, { assigneeId: id }] })

const asStaff = (caller: Caller): Prisma.TaskWhereInput[] =>
  seesEveryPenny(caller) ? [othersTasks(caller)] : tasksAskedAboutBy(caller, 'isParty')
