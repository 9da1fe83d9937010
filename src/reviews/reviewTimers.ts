/** Timer of reviews: publishes a blind review whose window has closed. */
import { type Tx, withTransaction } from '../db/transaction.ts'
import type { Timer } from '../jobs/timer.ts'
import { lockTaskWithoutWaiting } from '../tasks/lockTask.ts'
import { recordPublication } from './recordReview.ts'
import { publishDueReviews, readDuePublications, readNextPublication } from './reviews.sql.ts'

const publication: Timer = {
  name: 'reviewPublication',
  nextDue: async (database) => (await readNextPublication(database))?.at ?? null,
  async runDue({ database, log }, limit) {
    let count = 0
    for (const { taskId } of await readDuePublications(database, { limit })) {
      try {
        if (await withTransaction(database, (tx) => publishIfDue(tx, taskId))) count++
      } catch (error) {
        // One review that fails must not delay the others.
        log.error(
          { err: error, timer: 'reviewPublication', taskId },
          'timer failed to publish a review; the next sweep retries it',
        )
      }
    }
    return count
  },
}

/** Every timer of reviews. */
export const reviewTimers: readonly Timer[] = [publication]

/** Returns false if another transaction holds the task, or has published the review. */
async function publishIfDue(tx: Tx, taskId: string): Promise<boolean> {
  const task = await lockTaskWithoutWaiting(tx, { taskId })
  if (!task || (await publishDueReviews(tx, { taskId, at: task.now })) === 0) return false
  await recordPublication(tx, { task, at: task.now, actorId: null })
  return true
}
