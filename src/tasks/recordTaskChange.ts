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
  /** The tasker who may read the reason; by default the assignee before the change. */
  taskerId?: string
  others?: readonly (string | null)[]
}

/**
 * Records the event of a task change. `task` is the row before the change; the event has its next version, and `after` as the new status
 * if the status changes. Recipients are the poster, the assignee before the change, and `others`; only the first two may read the reason.
 */
export async function recordTaskChange(tx: Tx, change: TaskChange): Promise<void> {
  await recordTaskEvent(tx, occurrenceOf(change))
}

/** `recordTaskChange` for many tasks, in one statement. */
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
