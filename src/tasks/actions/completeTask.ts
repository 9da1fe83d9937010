import { closeTaskChat } from '../../chats/tellTaskChat.ts'
import type { Tx } from '../../db/transaction.ts'
import { payTasker } from '../../transfers/transfers/payTasker.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { type LockedTask, setCompleted } from '../tasks.sql.ts'

/**
 * Completes a locked task after approval by the poster or a timer (`actorId` null), and creates the transfer to the tasker in the same
 * transaction. Refuses with HoldFrozenError while the money is frozen.
 */
export async function completeTask(
  tx: Tx,
  { task, actorId }: { task: LockedTask; actorId: string | null },
): Promise<{ transferId: string }> {
  const at = task.now
  await setCompleted(tx, { taskId: task.id, at })
  await recordTaskChange(tx, { type: 'task.approved', task, after: 'COMPLETED', at, actorId })
  await closeTaskChat(tx, {
    taskId: task.id,
    taskerId: task.assigneeId,
    body: 'The work was approved. The payment to the tasker follows.',
    at,
  })
  return payTasker(tx, { task, actorId, at })
}
