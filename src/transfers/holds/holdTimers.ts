/** The timer of held money: records that the provider will not let it be held for much longer. */
import type { Tx } from '../../db/transaction.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import { runEach } from '../../jobs/runEach.ts'
import type { Timer } from '../../jobs/timer.ts'
import { decidersOf } from '../../tasks/decidersOf.ts'
import { findExpiringHolds, nextExpiryWarning, setWarnedOfExpiry } from './holds.sql.ts'
import { lockHoldWithoutWaiting } from './lockHoldWithTask.ts'

/** Warns of each hold once, while money is left in it: also of one to which money returns after the time of the warning. */
export const expiringHolds: Timer = {
  name: 'expiringHolds',
  nextDue: async (database) => (await nextExpiryWarning(database))?.at ?? null,
  async runDue(work, limit) {
    const rows = await findExpiringHolds(work.database, { limit })
    return runEach(work, { timer: 'expiringHolds', name: 'holdId', rows }, warn)
  },
}

/** Returns false if the warning is no longer due, or the task is locked: the next sweep retries it. */
async function warn(tx: Tx, { id: holdId }: { id: string }): Promise<boolean> {
  const locked = await lockHoldWithoutWaiting(tx, { holdId })
  if (!locked) return false
  const { task, hold, at } = locked
  if (hold.status !== 'HELD' || !hold.expiryWarningAt || hold.expiryWarningAt > at) return false
  await setWarnedOfExpiry(tx, { holdId })
  await recordTaskEvent(tx, {
    type: 'task.hold_expiring',
    taskId: task.id,
    taskVersion: task.version,
    at,
    actorId: null,
    recipientIds: [task.posterId, task.assigneeId, ...(await decidersOf(tx, { taskId: task.id }))],
  })
  return true
}
