/**
 * Visibility of money. Parties: the holds, transfers and refunds of their tasks. FINANCE and ADMIN: all, except with a conflict of
 * interest, where their role does not count. Agents: the same as the customer whom they serve.
 */
import type { Prisma } from '../db/generated/client.ts'
import { perViewerConstant, probedPerRow } from '../db/queryHints.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { othersTasks, tasksAskedAboutBy } from './staffRights.ts'

const NONE = { id: { in: [] } }

/** FINANCE and ADMIN. */
export const seesAllMoney = (caller: Caller | null): boolean => hasRole(caller, 'FINANCE')

/** The holds that `caller` may see. */
export const visibleHolds = perViewerConstant<Caller, Prisma.HoldWhereInput>((caller) =>
  caller ? { task: { OR: [partyIs(caller), ...asStaff(caller)] } } : NONE,
)

/** The refunds that `caller` may see. */
export const visibleRefunds = perViewerConstant<Caller, Prisma.RefundWhereInput>((caller) =>
  caller ? { task: { OR: [partyIs(caller), ...asStaff(caller)] } } : NONE,
)

/** The transfers that `caller` may see: to themselves, of tasks that they posted, and by role. */
export const visibleTransfers = perViewerConstant<Caller, Prisma.TransferWhereInput>((caller) => {
  if (!caller) return NONE
  const { id } = caller
  const byRole: Prisma.TransferWhereInput[] = seesAllMoney(caller)
    ? [{ task: othersTasks(caller) }]
    : hasRole(caller, 'AGENT')
      ? [{ agentAccess: { some: probedPerRow({ agentId: id }) } }]
      : []
  return { OR: [{ destinationId: id }, { task: { posterId: id } }, ...byRole] }
})

/** The reversals that `caller` may see: those of the transfers that they may see. */
export const visibleReversals = perViewerConstant<Caller, Prisma.ReversalWhereInput>((caller) =>
  caller ? { transfer: visibleTransfers(caller) } : NONE,
)

/** The ledger accounts that `caller` may see: for FINANCE and ADMIN, except with a conflict of interest. */
export const visibleAccounts = (caller: Caller | null): Prisma.LedgerAccountWhereInput =>
  caller && seesAllMoney(caller)
    ? {
        AND: [
          { OR: [{ taskId: null }, { task: othersTasks(caller) }] },
          { OR: [{ userId: null }, { userId: { not: caller.id } }] },
        ],
      }
    : NONE

/** The postings that `caller` may see: for FINANCE and ADMIN, of others' tasks. */
export const visiblePostings = (caller: Caller | null): Prisma.LedgerTransactionWhereInput =>
  caller && seesAllMoney(caller) ? { task: othersTasks(caller) } : NONE

const partyIs = ({ id }: Caller): Prisma.TaskWhereInput => ({ OR: [{ posterId: id }, { assigneeId: id }] })

const asStaff = (caller: Caller): Prisma.TaskWhereInput[] =>
  seesAllMoney(caller) ? [othersTasks(caller)] : tasksAskedAboutBy(caller, 'isParty')
