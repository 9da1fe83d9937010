/** How a rule gets hold of money that was paid in: with its task, locked in the order that everybody keeps. */

import type { Hold } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockTask, lockTaskWithoutWaiting } from '../../tasks/lockTask.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { lockHold, readTaskOfHold } from './holds.sql.ts'

export interface LockedHold {
  task: LockedTask
  hold: Hold
  /** The time that leases are measured by. */
  realNow: Date
  at: Date
}

/** Locks a hold; undefined when there is none. */
export const lockHoldWithTask = (tx: Tx, { holdId }: { holdId: string }): Promise<LockedHold | undefined> =>
  lockWith(tx, holdId, lockTask)

/** The same without waiting, for work that comes again: undefined while somebody else holds its task. */
export const lockHoldWithoutWaiting = (tx: Tx, { holdId }: { holdId: string }): Promise<LockedHold | undefined> =>
  lockWith(tx, holdId, lockTaskWithoutWaiting)

async function lockWith(
  tx: Tx,
  holdId: string,
  lockItsTask: (tx: Tx, task: { taskId: string }) => Promise<LockedTask | undefined>,
): Promise<LockedHold | undefined> {
  const place = await readTaskOfHold(tx, { holdId })
  const task = place && (await lockItsTask(tx, place))
  if (!task) return undefined
  const locked = await lockHold(tx, { holdId })
  if (!locked) throw new Error('A hold is gone.')
  const { realNow, ...hold } = locked
  return { task, hold, realNow, at: task.now }
}
