import type { TaskStatus } from '../db/generated/enums.ts'
import type { Tx } from '../db/transaction.ts'
import type { TaskEventType } from '../events/eventTypes.ts'
import { recordTaskEvent, recordTaskEvents, type TaskOccurrence } from '../events/recordEvent.ts'
import type { TaskRow } from './tasks.sql.ts'

interface TaskChange {
  type: TaskEventType
  task: TaskRow
  after?: TaskStatus
  at: Date
  actorId: string | null
  reason?: string | undefined
  /** The tasker whom it concerns, who may read its reason; the assignee before the change, unless another is given. */
  taskerId?: string
  others?: readonly (string | null)[]
}

/**
 * Records a change of the task itself, at the version that follows on the one in `task`, from its status there to `after`, where
 * the status changes. It concerns the poster, the assignee before the change, and `others`; its reason is for the first two.
 */
export async function recordTaskChange(tx: Tx, change: TaskChange): Promise<void> {
  await recordTaskEvent(tx, occurrenceOf(change))
}

/** The same for many tasks, by one statement. */
export async function recordTaskChanges(tx: Tx, changes: readonly TaskChange[]): Promise<void> {
  await recordTaskEvents(tx, changes.map(occurrenceOf))
}

const occurrenceOf = ({ task, after, taskerId, others = [], ...occurrence }: TaskChange): TaskOccurrence => ({
  type: occurrence.type,
  at: occurrence.at,
  actorId: occurrence.actorId,
  reason: occurrence.reason ?? null,
  reasonFor: [task.posterId, taskerId ?? task.assigneeId],
  taskId: task.id,
  taskVersion: task.version + 1,
  ...(after && { before: task.status, after }),
  recipientIds: [task.posterId, task.assigneeId, ...others],
})
