import type { Task } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'

/** A task as a rule sees it: coordinates stay text, and the search column is the database's own. */
export type TaskRow = Omit<Task, 'searchText' | 'latitude' | 'longitude'> & {
  latitude: string | null
  longitude: string | null
}

/** A locked task, and our time after the lock: one that waited must not be earlier than the one it waited for. */
export type LockedTask = TaskRow & { now: Date }

// The clock stands outside the materialized lock, so it is read when the lock is held, not when it was asked for.
export const lockTask = (tx: Tx, { taskId }: { taskId: string }) => tx.row<LockedTask>`
  /* lockTask */
  with task as materialized (
    select *
    from tasks
    where id = ${taskId}
    for update
  )
  select task.*, errand_now() as now
  from task`
