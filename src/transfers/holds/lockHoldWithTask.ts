/** Locks a hold together with its task, in the lock order (src/README.md#lock-order). */

import type { Hold } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockTask, lockTaskWithoutWaiting } from '../../tasks/lockTask.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { lockHold, readTaskOfHold } from './holds.sql.ts'

export interface LockedHold {
  task: LockedTask
  hold: Hold
  /** Real time, which leases run on. */
  realNow: Date
  at: Date
}

/** Locks a hold; undefined if there is none. */
export const lockHoldWithTask = (tx: Tx, { holdId }: { holdId: string }): Promise<LockedHold | undefined> =>
  lockWith(tx, holdId, lockTask)

/** The same without waiting, for work that is retried: undefined while another transaction has its task locked. */
export const lockHoldWithoutWaiting = (tx: Tx, { holdId }: { holdId: string }): Promise<LockedHold | undefined> =>
  lockWith(tx, holdId, lockTaskWithoutWaiting)

async function lockWith(
  tx: Tx,
  holdId: string,
  lockItsTask: (tx: Tx, task: { taskId: string }) => Promise<LockedTask | undefined>,
): Promise<LockedHold | undefined> {
  const found = await readTaskOfHold(tx, { holdId })
  const task = found && (await lockItsTask(tx, found))
  if (!task) return undefined
  const locked = await lockHold(tx, { holdId })
  if (!locked) throw new Error('The hold no longer exists.')
  const { realNow, ...hold } = locked
  return { task, hold, realNow, at: task.now }
}
