import { endTaskChat } from '../../chats/endTaskChat.ts'
import type { Tx } from '../../db/transaction.ts'
import { reopenApplications } from '../applications.sql.ts'
import { isPast } from '../errors.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { type LockedTask, setOpenAgain } from '../tasks.sql.ts'
import { endTask } from './endTask.ts'

/**
 * Takes a locked task from its assignee: it is open again for others, whose closed applications wait again, and what is held
 * stays held for the next tasker. When its deadline has passed meanwhile it expires in the same transaction. Gives the task as it
 * is then.
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
  if (assigneeId === null) throw new Error('A task without an assignee has nobody to be taken from.')
  const lapsedAt = cause === 'funding_lapsed' ? at : null
  const returned = await reopenApplications(tx, { taskId: task.id, inviteeId: task.inviteeId, lapsedAt })
  await endTaskChat(tx, { taskId: task.id, posterId, taskerId: assigneeId, at, actorId })
  await setOpenAgain(tx, { taskId: task.id, at })
  const others = [task.inviteeId, ...returned.map(({ applicantId }) => applicantId)]
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
