import type { TaskStatus } from '../db/generated/enums.ts'
import type { Tx } from '../db/transaction.ts'
import type { TaskEventType } from '../events/eventTypes.ts'
import { recordTaskEvent } from '../events/recordEvent.ts'
import type { TaskRow } from './tasks.sql.ts'

/**
 * Records a change of the task itself, at the version that follows on the one in `task`, from its status there to `after`, where
 * the status changes. It concerns the poster, the assignee before the change, and `others`.
 */
export async function recordTaskChange(
  tx: Tx,
  {
    task,
    after,
    others = [],
    ...occurrence
  }: {
    type: TaskEventType
    task: TaskRow
    after?: TaskStatus
    at: Date
    actorId: string | null
    reason?: string | undefined
    others?: readonly (string | null)[]
  },
): Promise<void> {
  await recordTaskEvent(tx, {
    type: occurrence.type,
    at: occurrence.at,
    actorId: occurrence.actorId,
    reason: occurrence.reason ?? null,
    taskId: task.id,
    taskVersion: task.version + 1,
    ...(after && { before: task.status, after }),
    recipientIds: [task.posterId, task.assigneeId, ...others],
  })
}
