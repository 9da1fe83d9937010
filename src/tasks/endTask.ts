import { closeTaskChat } from '../chats/tellTaskChat.ts'
import type { Tx } from '../db/transaction.ts'
import { returnHold } from '../transfers/returnHold.ts'
import { closePending } from './applications.sql.ts'
import { recordTaskChange } from './recordTaskChange.ts'
import { type LockedTask, setEnded } from './tasks.sql.ts'

const ENDS = {
  CANCELED: { type: 'task.canceled', words: 'The task was canceled.' },
  EXPIRED: { type: 'task.expired', words: 'The deadline of the task passed.' },
} as const

/** Ends a locked task without work: waiting applications close, and what is held goes back to the poster. */
export async function endTask(
  tx: Tx,
  {
    task,
    status,
    actorId,
    reason,
  }: {
    task: LockedTask
    status: keyof typeof ENDS
    actorId: string | null
    reason?: string | undefined
  },
): Promise<void> {
  const at = task.now
  const { type, words } = ENDS[status]
  const closed = await closePending(tx, { taskId: task.id })
  await setEnded(tx, { taskId: task.id, at, status })
  const others = closed.map(({ applicantId }) => applicantId)
  await recordTaskChange(tx, { type, task, after: status, at, actorId, reason, others: [task.inviteeId, ...others] })
  await closeTaskChat(tx, { taskId: task.id, taskerId: task.assigneeId, body: words, at })
  const ended = { ...task, status, version: task.version + 1 }
  await returnHold(tx, { task: ended, reason: words, at, actorId })
}
