/** Loads the money trails of all tasks of one request in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../../db/statements.ts'
import { type MoneyTrail, readMoneyTrails } from './moneyTrail.sql.ts'

export type MoneyTrailLoader = DataLoader<string, MoneyTrail>

/** Loads money trails by task id. */
export const makeMoneyTrailLoader = (database: Statements): MoneyTrailLoader =>
  new DataLoader(async (taskIds) => {
    const trails = new Map((await readMoneyTrails(database, { taskIds })).map((trail) => [trail.taskId, trail]))
    return taskIds.map((taskId) => trails.get(taskId) ?? new Error('The task no longer exists.'))
  })
