import type { Tx } from '../../db/transaction.ts'
import type { TaskEventType } from '../../events/eventTypes.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import type { TaskRow } from '../tasks.sql.ts'

/** Records the event of an application at the current version of the task. Recipients are the poster and the applicant. */
export async function recordApplicationEvent(
  tx: Tx,
  {
    task,
    applicantId,
    ...occurrence
  }: {
    type: Extract<TaskEventType, `task.application_${string}`>
    task: TaskRow
    applicantId: string
    at: Date
    actorId: string
    reason?: string | undefined
  },
): Promise<void> {
  await recordTaskEvent(tx, {
    type: occurrence.type,
    at: occurrence.at,
    actorId: occurrence.actorId,
    reason: occurrence.reason ?? null,
    reasonFor: [task.posterId, applicantId],
    taskId: task.id,
    taskVersion: task.version,
    recipientIds: [task.posterId, applicantId],
  })
}
