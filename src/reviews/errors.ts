/** Refusals of reviews. `refuseReview` throws or does nothing. */
import { illegalAction, refuseUnlessStatusAllows } from '../tasks/taskStatus.ts'
import type { TaskRow } from '../tasks/tasks.sql.ts'
import { REVIEW_WINDOW_MS } from './reviewStatus.ts'

/**
 * Refuses a review by a side of the task with IllegalTransitionError: before the completion, a second one of the same side, and after the
 * window, in this order.
 */
export function refuseReview(
  { status, completedAt }: Pick<TaskRow, 'status' | 'completedAt'>,
  { now, hasReviewed }: { now: Date; hasReviewed: boolean },
): void {
  refuseUnlessStatusAllows(status, 'reviewTask')
  if (hasReviewed) {
    throw illegalAction(status, 'reviewTask', 'You have already reviewed this task. A review cannot be changed.')
  }
  if (!completedAt || now >= windowCloseOf({ completedAt })) {
    throw illegalAction(
      status,
      'reviewTask',
      'The task was completed more than 14 days ago, so it can no longer be reviewed.',
    )
  }
}

/** The time from which on a completed task can no longer be reviewed. */
export const windowCloseOf = ({ completedAt }: { completedAt: Date }): Date =>
  new Date(completedAt.getTime() + REVIEW_WINDOW_MS)
