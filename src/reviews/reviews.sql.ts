import type { Review } from '../db/generated/client.ts'
import type { Statements, Writer } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

// Reviews are written and published under the lock of their task, so they need no row lock.

// At most two rows, by the index that admits one review per side.
export const readReviewAuthors = (tx: Tx, { taskId }: { taskId: string }) => tx.rows<Pick<Review, 'authorId'>>`
  /* readReviewAuthors */
  select author_id
  from reviews
  where task_id = ${taskId}`

export const insertReview = (tx: Writer, review: Omit<Review, 'status' | 'publishedAt'>) => tx.run`
  /* insertReview */
  insert into reviews (id, task_id, author_id, subject_id, rating, comment, created_at, window_closes_at)
  values (
    ${review.id}, ${review.taskId}, ${review.authorId}, ${review.subjectId}, ${review.rating}, ${review.comment},
    ${review.createdAt}, ${review.windowClosesAt}
  )`

// One statement for both reviews of a task: its trigger then locks both people in the order of their ids.
export const publishReviews = (tx: Writer, { taskId, at }: { taskId: string; at: Date }) => tx.run`
  /* publishReviews */
  update reviews
  set status = 'PUBLISHED',
    published_at = ${at}
  where task_id = ${taskId}
    and status = 'BLIND'`

// A task with a due review has exactly one review. Under the lock of the task, so a second review is either in or too late.
export const publishDueReviews = (tx: Tx, { taskId, at }: { taskId: string; at: Date }) => tx.run`
  /* publishDueReviews */
  update reviews
  set status = 'PUBLISHED',
    published_at = ${at}
  where task_id = ${taskId}
    and status = 'BLIND'
    and window_closes_at <= ${at}`

export const readNextPublication = (database: Statements) => database.row<{ at: Date | null }>`
  /* readNextPublication */
  select min(window_closes_at) as at
  from reviews
  where status = 'BLIND'`

/** The ids of tasks with a blind review whose window has closed. */
export const readDuePublications = (database: Statements, { limit }: { limit: number }) =>
  database.rows<{ id: string }>`
  /* readDuePublications */
  select task_id as id
  from reviews
  where status = 'BLIND'
    and window_closes_at <= (select errand_now())
  order by window_closes_at
  limit ${limit}`
