/** The money trails of all tasks of one request, in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../../db/statements.ts'
import { type MoneyTrail, readMoneyTrails } from './moneyTrail.sql.ts'

export type MoneyTrailLoader = DataLoader<string, MoneyTrail>

/** Gives the money trail by the id of the task. */
export const makeMoneyTrailLoader = (database: Statements): MoneyTrailLoader =>
  new DataLoader(async (taskIds) => {
    const trails = new Map((await readMoneyTrails(database, { taskIds })).map((trail) => [trail.taskId, trail]))
    return taskIds.map((taskId) => trails.get(taskId) ?? new Error('A task is gone.'))
  })
