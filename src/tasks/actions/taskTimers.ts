/** Timers of tasks. They use the rules of the mutations, under the same lock. */
import type { Statements } from '../../db/statements.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { runEach } from '../../jobs/runEach.ts'
import type { Timer, Work } from '../../jobs/timer.ts'
import {
  readApprovalDue,
  readFundingDue,
  readNextApprovalDue,
  readNextDeadline,
  readNextFundingDue,
  readPassedDeadlines,
} from '../dueTasks.sql.ts'
import { isPast } from '../errors.ts'
import { foldSearchTexts } from '../foldSearchTexts.ts'
import { lockTaskWithoutWaiting } from '../lockTask.ts'
import { type LockedTask, lockTasksUnlessHeld } from '../tasks.sql.ts'
import { completeTask } from './completeTask.ts'
import { endTask } from './endTask.ts'
import { expireTasks } from './expireTasks.ts'
import { reopenTask } from './reopenTask.ts'

interface TaskTimer {
  name: string
  readNext(database: Statements): Promise<{ at: Date | null } | undefined>
  readDue(database: Statements, limit: { limit: number }): Promise<{ id: string }[]>
  /** True if the locked task is still due: a mutation may have changed it before the lock. */
  isDue(task: LockedTask): boolean
  move(tx: Tx, task: LockedTask): Promise<unknown>
  /** Moves many tasks with set statements. Returns the ids of the tasks that `move` has to handle one by one. */
  moveMany?(tx: Tx, tasks: readonly LockedTask[]): Promise<string[]>
}

const deadline: TaskTimer = {
  name: 'taskDeadline',
  readNext: readNextDeadline,
  readDue: readPassedDeadlines,
  isDue: ({ status, deadline, now }) => status === 'OPEN' && isPast(deadline, now),
  move: (tx, task) => endTask(tx, { task, status: 'EXPIRED', actorId: null }),
  moveMany: expireTasks,
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

/** All timers of tasks, for the sweep. */
export const taskTimers: readonly Timer[] = [...[deadline, fundingWindow, approvalWindow].map(toTimer), foldSearchTexts]

function toTimer(timer: TaskTimer): Timer {
  const { name, readNext, readDue, moveMany } = timer
  return {
    name,
    nextDue: async (database) => (await readNext(database))?.at ?? null,
    runDue: async (work, limit) => {
      const taskIds = (await readDue(work.database, { limit })).map(({ id }) => id)
      return moveMany ? moveAll(work, timer, taskIds) : moveEach(work, timer, taskIds)
    },
  }
}

/** Moves the tasks that are still due in one transaction. Returns their number. */
async function moveAll(work: Work, timer: TaskTimer, taskIds: readonly string[]): Promise<number> {
  if (taskIds.length < 2) return moveEach(work, timer, taskIds)
  try {
    const { count, left } = await withTransaction(work.database, (tx) => moveTogether(tx, timer, taskIds))
    return count + (await moveEach(work, timer, left))
  } catch (error) {
    // Bisect: isolates the task that fails, which `moveEach` logs, and still moves the others in sets.
    const half = Math.ceil(taskIds.length / 2)
    let count = await moveAll(work, timer, taskIds.slice(0, half))
    count += await moveAll(work, timer, taskIds.slice(half))
    const failure = { err: error, timer: timer.name, tasks: taskIds.length }
    if (count === taskIds.length) work.log.warn(failure, 'timer moved tasks in smaller sets after a failure')
    return count
  }
}

async function moveTogether(
  tx: Tx,
  { isDue, moveMany }: TaskTimer,
  taskIds: readonly string[],
): Promise<{ count: number; left: string[] }> {
  const tasks = (await lockTasksUnlessHeld(tx, { taskIds })).filter(isDue)
  const left = (await moveMany?.(tx, tasks)) ?? []
  return { count: tasks.length - left.length, left }
}

/** Moves each task that is still due in its own transaction. Returns their number. */
function moveEach(work: Work, { name, isDue, move }: TaskTimer, taskIds: readonly string[]): Promise<number> {
  const rows = taskIds.map((id) => ({ id }))
  return runEach(work, { timer: name, name: 'taskId', rows }, async (tx, { id: taskId }) => {
    const task = await lockTaskWithoutWaiting(tx, { taskId })
    if (!task || !isDue(task)) return false
    await move(tx, task)
    return true
  })
}
