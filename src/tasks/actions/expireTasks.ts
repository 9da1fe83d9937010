import type { Tx } from '../../db/transaction.ts'
import { tasksWithHeldMoney } from '../../transfers/holds/returnHold.ts'
import type { LockedTask } from '../tasks.sql.ts'
import { endTasks } from './endTask.ts'

/**
 * Expires many locked tasks that are open, and so have no assignee and no chat that goes on. Those for which money is held stay as
 * they are, and their ids are given: money moves in a transaction of its own for each, by `endTask`.
 */
export async function expireTasks(tx: Tx, tasks: readonly LockedTask[]): Promise<string[]> {
  const [first] = tasks
  if (!first) return []
  // Looked at under the locks: money comes and goes only under the lock of its task.
  const held = new Set(await tasksWithHeldMoney(tx, { taskIds: tasks.map(({ id }) => id) }))
  const plain = tasks.filter(({ id }) => !held.has(id))
  await endTasks(tx, { tasks: plain, at: first.now, status: 'EXPIRED', actorId: null })
  return [...held]
}
