import type { Tx } from '../db/transaction.ts'
import { illegalAction } from './taskStatus.ts'
import { type LockedTask, setFunded } from './tasks.sql.ts'

/**
 * The money for a task that awaits it is held: the tasker, who is not suspended, may begin. Gives the version that the task has
 * now; the rule that holds the money records the event. Refuses with IllegalTransitionError when the task awaits nothing.
 */
export async function beginWork(tx: Tx, { task, at }: { task: LockedTask; at: Date }): Promise<number> {
  if (task.status !== 'AWAITING_FUNDS') throw illegalAction(task.status, 'fundTask')
  await setFunded(tx, { taskId: task.id, at })
  return task.version + 1
}
