import type { Tx } from '../../db/transaction.ts'
import { tasksWithHeldMoney } from '../../transfers/holds/returnHold.ts'
import type { LockedTask } from '../tasks.sql.ts'
import { endTasks } from './endTask.ts'

/**
 * Expires many locked open tasks, which have no assignee and no active chat. Skips tasks with held money and returns their ids: a refund
 * needs a transaction of its own, by `endTask`.
 */
export async function expireTasks(tx: Tx, tasks: readonly LockedTask[]): Promise<string[]> {
  const [first] = tasks
  if (!first) return []
  // Stable under the locks: holds change only under the lock of their task.
  const held = new Set(await tasksWithHeldMoney(tx, { taskIds: tasks.map(({ id }) => id) }))
  const plain = tasks.filter(({ id }) => !held.has(id))
  await endTasks(tx, { tasks: plain, at: first.now, status: 'EXPIRED', actorId: null })
  return [...held]
}
