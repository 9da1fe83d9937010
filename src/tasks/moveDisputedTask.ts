/** The changes of a locked task by a dispute: its part of the transaction in which the dispute changes. */
import { closeTaskChat, tellTaskChat } from '../chats/tellTaskChat.ts'
import type { TaskStatus } from '../db/generated/enums.ts'
import type { Tx } from '../db/transaction.ts'
import { recordTaskChange } from './recordTaskChange.ts'
import { APPROVAL_WINDOW_MS } from './taskStatus.ts'
import { type LockedTask, setCompleted, setDisputed, setEnded, setUndisputed } from './tasks.sql.ts'

interface DisputeStep {
  task: LockedTask
  actorId: string
  reason: string | undefined
  /** The system message in the chat of the task. */
  message: string
}

/** Makes the task DISPUTED, which stops the timer of the automatic approval. */
export async function disputeTask(tx: Tx, { task, actorId, reason, message }: DisputeStep): Promise<void> {
  const { id: taskId, assigneeId: taskerId, now: at } = task
  await setDisputed(tx, { taskId, at })
  await recordTaskChange(tx, { type: 'task.dispute_opened', task, after: 'DISPUTED', at, actorId, reason })
  await tellTaskChat(tx, { taskId, taskerId, body: message, at })
}

/** Returns the task to its status before the dispute. The poster of submitted work has the whole window of approval again. */
export async function resumeTask(
  tx: Tx,
  { task, status, actorId, reason, message }: DisputeStep & { status: TaskStatus },
): Promise<void> {
  const { id: taskId, assigneeId: taskerId, now: at } = task
  const autoApproveAt = status === 'SUBMITTED' ? new Date(at.getTime() + APPROVAL_WINDOW_MS) : null
  await setUndisputed(tx, { taskId, at, status, autoApproveAt })
  await recordTaskChange(tx, { type: 'task.dispute_withdrawn', task, after: status, at, actorId, reason })
  await tellTaskChat(tx, { taskId, taskerId, body: message, at })
}

/** Ends the task by the resolution of its dispute. Returns the task after the change. */
export async function endDisputedTask(
  tx: Tx,
  { task, status, actorId, reason, message }: DisputeStep & { status: 'COMPLETED' | 'CANCELED' },
): Promise<LockedTask> {
  const { id: taskId, assigneeId: taskerId, now: at } = task
  if (status === 'COMPLETED') await setCompleted(tx, { taskId, at })
  else await setEnded(tx, { taskIds: [taskId], at, status })
  await recordTaskChange(tx, { type: 'task.dispute_resolved', task, after: status, at, actorId, reason })
  await closeTaskChat(tx, { taskId, taskerId, body: message, at })
  return { ...task, status, version: task.version + 1 }
}
