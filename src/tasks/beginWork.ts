import type { Tx } from '../db/transaction.ts'
import { illegalAction } from './taskStatus.ts'
import { type LockedTask, setFunded } from './tasks.sql.ts'

/**
 * Assigns a task whose money is now held to its tasker, who is not suspended. Returns the new version of the task; the rule that holds
 * the money records the event. Refuses with IllegalTransitionError if the task is not AWAITING_FUNDS.
 */
export async function beginWork(tx: Tx, { task, at }: { task: LockedTask; at: Date }): Promise<number> {
  if (task.status !== 'AWAITING_FUNDS') throw illegalAction(task.status, 'fundTask')
  await setFunded(tx, { taskId: task.id, at })
  return task.version + 1
}
