/** The life cycle of a review. */
import { ReviewStatus } from '../db/generated/enums.ts'
import type { LifeCycle } from '../domain/lifeCycle.ts'

/** Time after the completion of a task in which its sides can review each other. */
export const REVIEW_WINDOW_MS = 14 * 24 * 3_600_000

/** The statuses of a review and the moves between them. */
export const reviewLifeCycle: LifeCycle<ReviewStatus> = {
  subject: 'review',
  states: Object.values(ReviewStatus),
  transitions: [
    // By the other side: the second review publishes both.
    { name: 'reviewTask', from: ['BLIND'], to: ['PUBLISHED'], actors: ['poster', 'assignee'] },
    // 14 days after the completion of the task.
    { name: 'windowCloses', from: ['BLIND'], to: ['PUBLISHED'], actors: ['time'] },
  ],
}
