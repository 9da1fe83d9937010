import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'
import { isStaff } from '../visibility/staffRights.ts'
import { isOwnMatter } from './ownMatter.sql.ts'

/** True for FINANCE and ADMIN without a conflict of interest in the task: `seesByRole` for rules. */
export const actsAsStaff = async (
  database: Statements,
  { taskId, caller }: { taskId: string; caller: Caller },
): Promise<boolean> => isStaff(caller) && !(await isOwnMatter(database, { taskId, personId: caller.id }))
