/** The timer of disputes: records that one waits too long for a decision. */
import type { Tx } from '../db/transaction.ts'
import { recordTaskEvent } from '../events/recordEvent.ts'
import { runEach } from '../jobs/runEach.ts'
import type { Timer } from '../jobs/timer.ts'
import { decidersOf } from '../tasks/decidersOf.ts'
import { lockTaskWithoutWaiting } from '../tasks/lockTask.ts'
import { nextOverdueAt } from './disputeStatus.ts'
import { lockDisputeRow, readNextOverdue, readOverdueDisputes, setOverdueAt } from './disputes.sql.ts'

const overdue: Timer = {
  name: 'disputeOverdue',
  nextDue: async (database) => (await readNextOverdue(database))?.at ?? null,
  async runDue(work, limit) {
    const rows = await readOverdueDisputes(work.database, { limit })
    return runEach(work, { timer: 'disputeOverdue', name: 'disputeId', rows }, recordOverdue)
  },
}

export const disputeTimers: readonly Timer[] = [overdue]

/** Returns false if the dispute is no longer due, or its task is locked: the next sweep retries it. */
async function recordOverdue(tx: Tx, { id: disputeId, taskId }: { id: string; taskId: string }): Promise<boolean> {
  const task = await lockTaskWithoutWaiting(tx, { taskId })
  if (!task) return false
  const dispute = await lockDisputeRow(tx, { disputeId })
  if (!dispute?.overdueAt || dispute.overdueAt > task.now) return false
  const { openedAt, overdueAt } = dispute
  await setOverdueAt(tx, { disputeId, overdueAt: nextOverdueAt({ openedAt, after: overdueAt }) })
  await recordTaskEvent(tx, {
    type: 'task.dispute_overdue',
    taskId,
    taskVersion: task.version,
    at: task.now,
    actorId: null,
    recipientIds: [task.posterId, dispute.taskerId, ...(await decidersOf(tx, { taskId }))],
  })
  return true
}
