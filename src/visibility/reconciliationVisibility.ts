/** Visibility of reconciliations: for FINANCE and ADMIN. Differences about a task in which they have a conflict of interest are left out. */
import type { Prisma } from '../db/generated/client.ts'
import { perViewerConstant } from '../db/queryHints.ts'
import type { Caller } from '../domain/caller.ts'
import { seesAllMoney } from './moneyVisibility.ts'
import { othersTasks } from './staffRights.ts'

const NONE = { id: { in: [] } }

/** The reconciliations that `caller` may see. */
export const visibleReconciliations = (caller: Caller | null): Prisma.ReconciliationWhereInput =>
  seesAllMoney(caller) ? {} : NONE

/** The differences that `caller` may see. */
export const visibleDifferences = perViewerConstant<Caller, Prisma.ReconciliationDifferenceWhereInput>((caller) =>
  caller && seesAllMoney(caller) ? { OR: [{ taskId: null }, { task: othersTasks(caller) }] } : NONE,
)
