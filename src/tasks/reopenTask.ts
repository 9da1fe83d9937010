import { endTaskChat } from '../chats/endTaskChat.ts'
import type { Tx } from '../db/transaction.ts'
import { reopenApplications } from './applications.sql.ts'
import { endTask } from './endTask.ts'
import { isPast } from './errors.ts'
import { recordTaskChange } from './recordTaskChange.ts'
import { type LockedTask, setOpenAgain } from './tasks.sql.ts'

/**
 * Takes a locked task from its assignee: it is to be had again by others, whose closed applications wait again, and what is held
 * stays held for whoever comes next. When its deadline has passed meanwhile it expires in the same transaction.
 */
export async function reopenTask(
  tx: Tx,
  {
    task,
    cause,
    actorId,
    reason,
  }: {
    task: LockedTask
    cause: 'withdrawn' | 'funding_lapsed'
    actorId: string | null
    reason?: string | undefined
  },
): Promise<void> {
  const at = task.now
  const { posterId, assigneeId } = task
  if (assigneeId === null) throw new Error('A task without an assignee has nobody to be taken from.')
  const lapsedAt = cause === 'funding_lapsed' ? at : null
  const returned = await reopenApplications(tx, { taskId: task.id, lapsedAt })
  await endTaskChat(tx, { taskId: task.id, posterId, taskerId: assigneeId, at, actorId })
  await setOpenAgain(tx, { taskId: task.id, at })
  const others = returned.map(({ applicantId }) => applicantId)
  await recordTaskChange(tx, { type: `task.${cause}`, task, after: 'OPEN', at, actorId, reason, others })
  if (isPast(task.deadline, at)) {
    const reopened: LockedTask = { ...task, status: 'OPEN', version: task.version + 1, assigneeId: null }
    await endTask(tx, { task: reopened, status: 'EXPIRED', actorId: null })
  }
}
