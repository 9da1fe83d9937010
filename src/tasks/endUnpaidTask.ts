import { closeTaskChat } from '../chats/tellTaskChat.ts'
import type { Tx } from '../db/transaction.ts'
import { recordTaskChange } from './recordTaskChange.ts'
import { type LockedTask, setEnded } from './tasks.sql.ts'

const MESSAGE = "The payer's bank took the payment back, so nothing is left to pay for the work. The task was canceled."

/** Cancels a locked task in work because a lost chargeback took all of its money. `others` receive the event besides its parties. */
export async function endUnpaidTask(
  tx: Tx,
  { task, reason, others }: { task: LockedTask; reason: string; others: readonly string[] },
): Promise<void> {
  const { id: taskId, assigneeId: taskerId, now: at } = task
  await setEnded(tx, { taskIds: [taskId], at, status: 'CANCELED' })
  const change = { type: 'task.chargeback_lost', after: 'CANCELED', actorId: null } as const
  await recordTaskChange(tx, { ...change, task, at, reason, others })
  await closeTaskChat(tx, { taskId, taskerId, body: MESSAGE, at })
}
