import type { Tx } from '../../db/transaction.ts'
import { type LockedTask, lockTasksAwaitingFundsOf } from '../tasks.sql.ts'
import { reopenTask } from './reopenTask.ts'

/** Why a task opens again whose tasker is suspended. Whether somebody is suspended is for administrators to know. */
const REASON = 'The tasker is no longer available.'

/**
 * Locks the tasks that wait for money for a person who may be about to be suspended. They are locked before the person, in the
 * order that every rule keeps.
 */
export async function lockTasksToRelease(tx: Tx, { userId }: { userId: string }): Promise<void> {
  await lockTasksAwaitingFundsOf(tx, { userId })
}

/**
 * Takes from a locked person who was just suspended what nobody has paid for: each such task is open again, as after its funding
 * window. Work that is paid for goes on.
 */
export async function releaseTasksOf(tx: Tx, { userId }: { userId: string }): Promise<void> {
  // Read again: somebody may have been accepted between the two locks. No later acceptance gets past the lock on the person.
  for (const task of await lockTasksAwaitingFundsOf(tx, { userId })) await releaseTask(tx, task)
}

/** Opens a locked task again that waits for money for a tasker who is suspended; gives it as it is then. */
export const releaseTask = (tx: Tx, task: LockedTask): Promise<LockedTask> =>
  reopenTask(tx, { task, cause: 'funding_lapsed', actorId: null, reason: REASON })
