import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { lockTaskAsParty } from '../tasks/lockTask.ts'
import { refuseReview, windowCloseOf } from './errors.ts'
import { recordPublication, recordReview } from './recordReview.ts'
import { insertReview, publishReviews, readReviewAuthors } from './reviews.sql.ts'

/**
 * One side of a completed task reviews the other. The review stays blind until the other side has reviewed, which publishes both, or
 * until the window has closed.
 * Refuses with NotFoundError, ForbiddenError and IllegalTransitionError, in this order.
 */
export async function reviewTask(
  tx: Tx,
  { taskId, rating, comment, caller }: { taskId: string; rating: number; comment: string | undefined; caller: Caller },
): Promise<{ reviewId: string }> {
  const { task, otherSideId: subjectId } = await lockTaskAsParty(tx, { taskId, caller })
  const authors = await readReviewAuthors(tx, { taskId })
  const at = task.now
  refuseReview(task, { now: at, hasReviewed: authors.some(({ authorId }) => authorId === caller.id) })
  // `refuseReview` has refused a task that is not completed.
  if (!task.completedAt || subjectId === null) throw new Error('A completed task lacks its tasker or its time.')
  const reviewId = newId()
  await insertReview(tx.deferred, {
    id: reviewId,
    taskId,
    authorId: caller.id,
    subjectId,
    rating,
    comment: comment ?? null,
    createdAt: at,
    windowClosesAt: windowCloseOf({ completedAt: task.completedAt }),
  })
  await recordReview(tx, { task, at, authorId: caller.id })
  if (authors.length > 0) {
    await publishReviews(tx.deferred, { taskId, at })
    await recordPublication(tx, { task, at, actorId: caller.id })
  }
  return { reviewId }
}
