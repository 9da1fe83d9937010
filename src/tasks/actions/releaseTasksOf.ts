import type { Tx } from '../../db/transaction.ts'
import { type LockedTask, lockTasksAwaitingFundsOf } from '../tasks.sql.ts'
import { reopenTask } from './reopenTask.ts'

/** The reason in the event. It does not say that the tasker is suspended, because only administrators may know this. */
const REASON = 'The tasker is no longer available.'

/** Locks the unfunded tasks of a person before the person, in the lock order (src/README.md#lock-order), for a possible suspension. */
export async function lockTasksToRelease(tx: Tx, { userId }: { userId: string }): Promise<void> {
  await lockTasksAwaitingFundsOf(tx, { userId })
}

/** Reopens the unfunded tasks of a locked, just suspended person, as after the funding window. Funded work continues. */
export async function releaseTasksOf(tx: Tx, { userId }: { userId: string }): Promise<void> {
  // Read again: an acceptance may have committed between the two locks. A later one waits for the lock on the person.
  for (const task of await lockTasksAwaitingFundsOf(tx, { userId })) await releaseTask(tx, task)
}

/** Reopens a locked unfunded task of a suspended tasker. Returns the task after the change. */
export const releaseTask = (tx: Tx, task: LockedTask): Promise<LockedTask> =>
  reopenTask(tx, { task, cause: 'funding_lapsed', actorId: null, reason: REASON })
