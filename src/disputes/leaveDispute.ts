import type { Tx } from '../db/transaction.ts'
import type { LockedTask } from '../tasks/tasks.sql.ts'
import { lockOpenDispute, setDisputeWithdrawn } from './disputes.sql.ts'

/** Ends the open dispute of a locked task without a decision, because nothing is left to divide. The caller ends the task. */
export async function leaveDispute(tx: Tx, { task }: { task: LockedTask }): Promise<void> {
  const dispute = await lockOpenDispute(tx, { taskId: task.id })
  if (!dispute) throw new Error('A disputed task has no open dispute.')
  await setDisputeWithdrawn(tx, { disputeId: dispute.id, at: task.now })
}
