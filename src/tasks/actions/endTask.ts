import { closeTaskChat } from '../../chats/tellTaskChat.ts'
import type { Tx } from '../../db/transaction.ts'
import { returnHold } from '../../transfers/holds/returnHold.ts'
import { closePending } from '../applications.sql.ts'
import { recordTaskChanges } from '../recordTaskChange.ts'
import { type LockedTask, setEnded } from '../tasks.sql.ts'

const ENDS = {
  CANCELED: { type: 'task.canceled', text: 'The task was canceled.' },
  EXPIRED: { type: 'task.expired', text: 'The deadline of the task passed.' },
} as const

interface End {
  status: keyof typeof ENDS
  actorId: string | null
  reason?: string | undefined
}

/** Cancels or expires a locked task: pending applications close, and held money is refunded to the poster. */
export async function endTask(tx: Tx, { task, ...end }: End & { task: LockedTask }): Promise<void> {
  const at = task.now
  const { status, actorId } = end
  const { text } = ENDS[status]
  await endTasks(tx, { tasks: [task], at, ...end })
  await closeTaskChat(tx, { taskId: task.id, taskerId: task.assigneeId, body: text, at })
  const ended = { ...task, status, version: task.version + 1 }
  await returnHold(tx, { task: ended, reason: text, at, actorId })
}

/** `endTask` for many locked tasks, with one statement per step; sufficient only for tasks without an assignee and held money. */
export async function endTasks(
  tx: Tx,
  { tasks, at, status, ...occurrence }: End & { tasks: readonly LockedTask[]; at: Date },
): Promise<void> {
  const taskIds = tasks.map(({ id }) => id)
  const closed = await closePending(tx, { taskIds })
  const applicantsOf = new Map(closed.map(({ taskId, applicantIds }) => [taskId, applicantIds]))
  await setEnded(tx, { taskIds, at, status })
  const ended = { type: ENDS[status].type, after: status, at, ...occurrence }
  const changes = tasks.map((task) => {
    const others = [task.inviteeId, ...(applicantsOf.get(task.id) ?? [])]
    return { ...ended, task, others }
  })
  await recordTaskChanges(tx, changes)
}
