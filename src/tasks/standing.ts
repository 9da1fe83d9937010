/**
 * Whether the people of a task are in good standing, looked at under a lock: a suspension that was being made meanwhile has
 * been waited for, and one that comes later waits for this transaction.
 */
import type { Tx } from '../db/transaction.ts'
import { lockParties, lockStanding } from './standing.sql.ts'
import type { TaskRow } from './tasks.sql.ts'

/** Whether each of two sides that are about to be bound to each other is suspended. */
export async function suspendedOf(
  tx: Tx,
  { taskerId, posterId }: { taskerId: string; posterId: string },
): Promise<{ isTaskerSuspended: boolean; isPosterSuspended: boolean }> {
  const people = await lockParties(tx, { userIds: [taskerId, posterId] })
  const isSuspended = (userId: string) => people.find(({ id }) => id === userId)?.isSuspended ?? true
  return { isTaskerSuspended: isSuspended(taskerId), isPosterSuspended: isSuspended(posterId) }
}

/** Whom a locked task is for: its assignee, or before there is one its invitee; null while it is for anybody. */
export const taskerOf = ({ status, assigneeId, inviteeId }: Pick<TaskRow, 'status' | 'assigneeId' | 'inviteeId'>) =>
  status === 'DRAFT' || status === 'OPEN' ? inviteeId : assigneeId

/** Whether a locked task is for somebody who is suspended, so that nobody can do it as it is. */
export async function isForSomebodySuspended(
  tx: Tx,
  task: Pick<TaskRow, 'status' | 'assigneeId' | 'inviteeId'>,
): Promise<boolean> {
  const userId = taskerOf(task)
  if (userId === null) return false
  return (await lockStanding(tx, { userId }))?.isSuspended ?? true
}
