import { endTaskChat } from '../../chats/endTaskChat.ts'
import type { Tx } from '../../db/transaction.ts'
import { reopenApplications } from '../applications.sql.ts'
import { isPast } from '../errors.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { type LockedTask, setOpenAgain } from '../tasks.sql.ts'
import { endTask } from './endTask.ts'

/**
 * Removes the assignee of a locked task and reopens it. Closed applications become pending again, and held money stays held for the next
 * tasker. If the deadline has passed, the task expires in the same transaction. Returns the task after the change.
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
): Promise<LockedTask> {
  const at = task.now
  const { posterId, assigneeId } = task
  if (assigneeId === null) throw new Error('A task without an assignee cannot be reopened.')
  const lapsedAt = cause === 'funding_lapsed' ? at : null
  const pendingAgain = await reopenApplications(tx, { taskId: task.id, inviteeId: task.inviteeId, lapsedAt })
  await endTaskChat(tx, { taskId: task.id, posterId, taskerId: assigneeId, at, actorId })
  await setOpenAgain(tx, { taskId: task.id, at })
  const others = [task.inviteeId, ...pendingAgain.map(({ applicantId }) => applicantId)]
  await recordTaskChange(tx, { type: `task.${cause}`, task, after: 'OPEN', at, actorId, reason, others })
  const reopened: LockedTask = {
    ...task,
    status: 'OPEN',
    version: task.version + 1,
    assigneeId: null,
    agreedPriceMinor: null,
  }
  if (!isPast(task.deadline, at)) return reopened
  await endTask(tx, { task: reopened, status: 'EXPIRED', actorId: null })
  return { ...reopened, status: 'EXPIRED', version: reopened.version + 1 }
}
