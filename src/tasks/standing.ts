/**
 * Reads under a lock whether the people of a task are suspended. The lock waits for a concurrent suspension, and a later suspension
 * waits for this transaction.
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
 * Locks both sides of an acceptance and returns whether each is suspended. The lock on the tasker is exclusive, so their acceptances run
 * one at a time; the lock on the poster is shared, so that acceptances of several tasks of one poster run in parallel. These locks are
 * the last explicit ones of the transaction, in the order of ids, and pipelined. Inserted rows that refer to a person lock it earlier, but
 * only FOR KEY SHARE, which conflicts with neither lock.
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

/** Locks the sides of a locked task shared, and returns whether each is suspended; a task for anyone has no tasker yet. */
export async function lockSidesShared(tx: Tx, task: Sides): Promise<Suspended> {
  const { posterId } = task
  const taskerId = taskerOf(task)
  const userIds = taskerId === null ? [posterId] : [posterId, taskerId]
  const isSuspended = suspendedAmong(await lockStandings(tx, { userIds }))
  return { isTaskerSuspended: taskerId !== null && isSuspended(taskerId), isPosterSuspended: isSuspended(posterId) }
}

/** Returns true if the assignee or invitee of a locked task is suspended, so that no one can do the task. */
export async function isTaskerSuspended(tx: Tx, task: Sides): Promise<boolean> {
  const taskerId = taskerOf(task)
  return taskerId !== null && suspendedAmong(await lockStandings(tx, { userIds: [taskerId] }))(taskerId)
}

/** The assignee of a task, or before acceptance its invitee; null while it is for anyone. */
export const taskerOf = ({ status, assigneeId, inviteeId }: Omit<Sides, 'posterId'>): string | null =>
  status === 'DRAFT' || status === 'OPEN' ? inviteeId : assigneeId

const suspendedAmong =
  (people: readonly { id: string; isSuspended: boolean }[]) =>
  (userId: string): boolean =>
    people.find(({ id }) => id === userId)?.isSuspended ?? true
