import type { Statements } from '../db/statements.ts'

/** True if the person has a conflict of interest in the task, so that their role does not count. */
export async function isOwnMatter(
  database: Statements,
  { taskId, personId }: { taskId: string; personId: string },
): Promise<boolean> {
  const count = await database.run`
    /* isOwnMatter */
    select
    from task_people
    where task_id = ${taskId}
      and user_id = ${personId}
    limit 1`
  return count > 0
}
