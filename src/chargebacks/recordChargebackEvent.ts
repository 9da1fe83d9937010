import type { Tx } from '../db/transaction.ts'
import type { TaskEventType } from '../events/eventTypes.ts'
import { recordTaskEvent } from '../events/recordEvent.ts'
import { decidersOf } from '../tasks/decidersOf.ts'
import type { LockedChargeback } from './lockChargeback.ts'

/** Records an event of a chargeback for the poster, the tasker and those who decide about the money. */
export async function recordChargebackEvent(
  tx: Tx,
  { task, chargeback, at }: LockedChargeback,
  type: TaskEventType,
  { actorId = null, reason = null }: { actorId?: string | null; reason?: string | null } = {},
): Promise<void> {
  const parties = [task.posterId, chargeback.taskerId]
  await recordTaskEvent(tx, {
    type,
    taskId: task.id,
    taskVersion: task.version,
    at,
    actorId,
    reason,
    reasonFor: parties,
    recipientIds: [...parties, ...(await decidersOf(tx, { taskId: task.id }))],
  })
}
