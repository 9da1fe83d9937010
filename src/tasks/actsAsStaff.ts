import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'
import { isStaff } from '../visibility/staffRights.ts'
import { isOwnMatter } from './ownMatter.sql.ts'

/** Whether the role of `caller` counts in a task: FINANCE and ADMIN, unless it is their own matter. What `seesByRole` says, for rules. */
export const actsAsStaff = async (
  database: Statements,
  { taskId, caller }: { taskId: string; caller: Caller },
): Promise<boolean> => isStaff(caller) && !(await isOwnMatter(database, { taskId, personId: caller.id }))
