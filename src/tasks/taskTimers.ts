/** What time alone does to tasks, by the rules that people go by, under the same lock. */
import type { Statements } from '../db/statements.ts'
import { type Tx, withTransaction } from '../db/transaction.ts'
import type { Timer } from '../jobs/timer.ts'
import { completeTask } from './completeTask.ts'
import {
  readApprovalDue,
  readFundingDue,
  readNextApprovalDue,
  readNextDeadline,
  readNextFundingDue,
  readPassedDeadlines,
} from './dueTasks.sql.ts'
import { endTask } from './endTask.ts'
import { isPast } from './errors.ts'
import { reopenTask } from './reopenTask.ts'
import { type LockedTask, lockTaskUnlessHeld } from './tasks.sql.ts'

interface TaskTimer {
  name: string
  readNext(database: Statements): Promise<{ at: Date | null } | undefined>
  readDue(database: Statements, limit: { limit: number }): Promise<{ id: string }[]>
  /** Whether it is due still, now that it is locked: a person may have been faster. */
  isDue(task: LockedTask): boolean
  move(tx: Tx, task: LockedTask): Promise<unknown>
}

const deadline: TaskTimer = {
  name: 'taskDeadline',
  readNext: readNextDeadline,
  readDue: readPassedDeadlines,
  isDue: ({ status, deadline, now }) => status === 'OPEN' && isPast(deadline, now),
  move: (tx, task) => endTask(tx, { task, status: 'EXPIRED', actorId: null }),
}

const fundingWindow: TaskTimer = {
  name: 'taskFundingWindow',
  readNext: readNextFundingDue,
  readDue: readFundingDue,
  isDue: ({ status, fundingDueAt, now }) => status === 'AWAITING_FUNDS' && isPast(fundingDueAt, now),
  move: (tx, task) => reopenTask(tx, { task, cause: 'funding_lapsed', actorId: null }),
}

const approvalWindow: TaskTimer = {
  name: 'taskApprovalWindow',
  readNext: readNextApprovalDue,
  readDue: readApprovalDue,
  isDue: ({ status, autoApproveAt, now }) => status === 'SUBMITTED' && isPast(autoApproveAt, now),
  move: (tx, task) => completeTask(tx, { task, actorId: null }),
}

export const taskTimers: readonly Timer[] = [deadline, fundingWindow, approvalWindow].map(toTimer)

function toTimer({ name, readNext, readDue, isDue, move }: TaskTimer): Timer {
  return {
    name,
    nextDue: async (database) => (await readNext(database))?.at ?? null,
    runDue: async ({ database, log }, limit) => {
      let count = 0
      for (const { id } of await readDue(database, { limit })) {
        try {
          if (await withTransaction(database, (tx) => moveIfDue(tx, id))) count++
        } catch (error) {
          // One task that cannot be moved must not keep the others waiting.
          log.error({ err: error, timer: name, taskId: id }, 'time could not move a task')
        }
      }
      return count
    },
  }

  async function moveIfDue(tx: Tx, taskId: string): Promise<boolean> {
    const task = await lockTaskUnlessHeld(tx, { taskId })
    if (!task || !isDue(task)) return false
    await move(tx, task)
    return true
  }
}
