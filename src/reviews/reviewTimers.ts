/** Timer of reviews: publishes a blind review whose window has closed. */
import type { Tx } from '../db/transaction.ts'
import { runEach } from '../jobs/runEach.ts'
import type { Timer } from '../jobs/timer.ts'
import { lockTaskWithoutWaiting } from '../tasks/lockTask.ts'
import { recordPublication } from './recordReview.ts'
import { publishDueReviews, readDuePublications, readNextPublication } from './reviews.sql.ts'

const publication: Timer = {
  name: 'reviewPublication',
  nextDue: async (database) => (await readNextPublication(database))?.at ?? null,
  async runDue(work, limit) {
    const rows = await readDuePublications(work.database, { limit })
    return runEach(work, { timer: 'reviewPublication', name: 'taskId', rows }, (tx, { id }) => publishIfDue(tx, id))
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
