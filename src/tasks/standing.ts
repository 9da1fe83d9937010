/**
 * Whether the people of a task are in good standing, looked at under a lock: a suspension that was being made meanwhile has
 * been waited for, and one that comes later waits for this transaction.
 */
import type { Tx } from '../db/transaction.ts'
import { lockStandings, lockTaskerStanding } from './standing.sql.ts'
import type { TaskRow } from './tasks.sql.ts'

type Sides = Pick<TaskRow, 'status' | 'posterId' | 'assigneeId' | 'inviteeId'>

interface Suspended {
  isTaskerSuspended: boolean
  isPosterSuspended: boolean
}

/**
 * Whether each of two sides that are about to be bound to each other is suspended. One tasker is bound once at a time; the poster
 * is locked shared, so that acceptances of several tasks of one poster do not wait for each other. The locks are the last of their
 * transaction, and are taken in the order of ids, pipelined.
 */
export async function lockSides(
  tx: Tx,
  { taskerId, posterId }: { taskerId: string; posterId: string },
): Promise<Suspended> {
  const lockTasker = () => lockTaskerStanding(tx, { taskerId })
  const lockPoster = () => lockStandings(tx, { userIds: [posterId] })
  const inOrder = taskerId < posterId ? [lockTasker, lockPoster] : [lockPoster, lockTasker]
  const isSuspended = suspendedAmong((await Promise.all(inOrder.map((lock) => lock()))).flat())
  return { isTaskerSuspended: isSuspended(taskerId), isPosterSuspended: isSuspended(posterId) }
}

/** Whether the sides of a locked task are suspended; one that is for anybody has no tasker who could be. */
export async function lookAtSides(tx: Tx, task: Sides): Promise<Suspended> {
  const { posterId } = task
  const taskerId = taskerOf(task)
  const userIds = taskerId === null ? [posterId] : [posterId, taskerId]
  const isSuspended = suspendedAmong(await lockStandings(tx, { userIds }))
  return { isTaskerSuspended: taskerId !== null && isSuspended(taskerId), isPosterSuspended: isSuspended(posterId) }
}

/** Whether a locked task is for somebody who is suspended, so that nobody can do it as it is. */
export async function isForSomebodySuspended(tx: Tx, task: Sides): Promise<boolean> {
  const taskerId = taskerOf(task)
  return taskerId !== null && suspendedAmong(await lockStandings(tx, { userIds: [taskerId] }))(taskerId)
}

/** Whom a task is for: its assignee, or before there is one its invitee; null while it is for anybody. */
export const taskerOf = ({ status, assigneeId, inviteeId }: Omit<Sides, 'posterId'>): string | null =>
  status === 'DRAFT' || status === 'OPEN' ? inviteeId : assigneeId

const suspendedAmong =
  (people: readonly { id: string; isSuspended: boolean }[]) =>
  (userId: string): boolean =>
    people.find(({ id }) => id === userId)?.isSuspended ?? true
