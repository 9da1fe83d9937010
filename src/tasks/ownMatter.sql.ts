import type { Statements } from '../db/statements.ts'

/** Whether a task is somebody's own matter, in which no role of theirs counts. */
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
