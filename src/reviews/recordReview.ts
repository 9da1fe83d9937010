/** The events of reviews. They keep the version of the task, because a new version would reveal a blind review to the other side. */
import type { Tx } from '../db/transaction.ts'
import { recordTaskEvent } from '../events/recordEvent.ts'
import type { TaskRow } from '../tasks/tasks.sql.ts'

type ReviewedTask = Pick<TaskRow, 'id' | 'version' | 'posterId' | 'assigneeId'>

/** Records that a side has reviewed the other, for this side alone. */
export async function recordReview(
  tx: Tx,
  { task, at, authorId }: { task: ReviewedTask; at: Date; authorId: string },
): Promise<void> {
  await recordTaskEvent(tx, {
    type: 'task.reviewed',
    at,
    actorId: authorId,
    taskId: task.id,
    taskVersion: task.version,
    recipientIds: [authorId],
  })
}

/** Records the publication of the reviews of a task, by the second review or by a timer (`actorId` null). */
export async function recordPublication(
  tx: Tx,
  { task, at, actorId }: { task: ReviewedTask; at: Date; actorId: string | null },
): Promise<void> {
  await recordTaskEvent(tx, {
    type: 'task.reviews_published',
    at,
    actorId,
    taskId: task.id,
    taskVersion: task.version,
    recipientIds: [task.posterId, task.assigneeId],
  })
}
