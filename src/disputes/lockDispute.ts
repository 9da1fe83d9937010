/** Locks a dispute together with its task, in the lock order (src/README.md#lock-order). */
import type { Dispute } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { ForbiddenError, NotFoundError } from '../domain/errors.ts'
import { actsAsStaff } from '../tasks/actsAsStaff.ts'
import { accountSuspended } from '../tasks/errors.ts'
import { lockTask } from '../tasks/lockTask.ts'
import type { LockedTask } from '../tasks/tasks.sql.ts'
import { lockDisputeRow, readTaskOfDispute } from './disputes.sql.ts'

export interface LockedDispute {
  task: LockedTask
  dispute: Dispute
  /** The time after the lock. */
  at: Date
}

/** Locks a dispute. Refuses with NotFoundError an unknown one. */
export async function lockDispute(tx: Tx, { disputeId }: { disputeId: string }): Promise<LockedDispute> {
  const found = await readTaskOfDispute(tx, { disputeId })
  if (!found) throw NotFoundError.of('dsp', disputeId)
  const task = await lockTask(tx, found)
  const dispute = await lockDisputeRow(tx, { disputeId })
  if (!dispute) throw new Error('The dispute no longer exists.')
  return { task, dispute, at: task.now }
}

/**
 * Locks a dispute for its parties, or for its opener alone. Refuses with NotFoundError callers who may not see it, with ForbiddenError
 * staff, the other side if it is for the opener, and a poster who has just been suspended.
 */
export async function lockDisputeAs(
  tx: Tx,
  { disputeId, caller }: { disputeId: string; caller: Caller },
  side: 'party' | 'opener',
): Promise<LockedDispute> {
  const locked = await lockDispute(tx, { disputeId })
  const { task, dispute } = locked
  const isPoster = task.posterId === caller.id
  const isParty = isPoster || dispute.taskerId === caller.id
  if (!isParty && !(await actsAsStaff(tx, { taskId: task.id, caller }))) throw NotFoundError.of('dsp', disputeId)
  if (!isParty) throw new ForbiddenError('Only the parties to the dispute can do this.')
  if (side === 'opener' && dispute.openedById !== caller.id) {
    throw new ForbiddenError('Only the person who opened the dispute can withdraw it.')
  }
  if (isPoster && task.posterSuspended) throw accountSuspended()
  return locked
}
