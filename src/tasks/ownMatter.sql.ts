import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

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

/** FINANCE and ADMIN without a conflict of interest in the task, at most `limit`. */
export const readDeciders = (tx: Tx, { taskId, limit }: { taskId: string; limit: number }) => tx.rows<{ id: string }>`
  /* readDeciders */
  select id
  from users
  where roles && '{FINANCE,ADMIN}'
    and suspended_at is null
    and not exists (
      select
      from task_people
      where task_people.task_id = ${taskId}
        and task_people.user_id = users.id
      offset 0
    )
  order by id
  limit ${limit}`
