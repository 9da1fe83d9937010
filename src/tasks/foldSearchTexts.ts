/** Folds what was written by those who cannot fold: rows of before a migration, an older server, a statement by hand. */
import { type Tx, withTransaction } from '../db/transaction.ts'
import { searchTextOf } from '../domain/searchText.ts'
import type { Timer } from '../jobs/timer.ts'
import { lockUnfoldedTasks, readUnfoldedTasks, setSearchTexts } from './searchTexts.sql.ts'

/** A batch of tasks at each turn. The clock does not wait for it: nothing but searches depends on it. */
export const foldSearchTexts: Timer = {
  name: 'foldSearchTexts',
  nextDue: async () => null,
  runDue: async ({ database }, limit) => {
    const taskIds = (await readUnfoldedTasks(database, { limit })).map(({ id }) => id)
    return taskIds.length === 0 ? 0 : withTransaction(database, (tx) => fold(tx, taskIds))
  },
}

async function fold(tx: Tx, taskIds: readonly string[]): Promise<number> {
  const tasks = await lockUnfoldedTasks(tx, { taskIds })
  const searchTexts = tasks.map(({ title, description }) => searchTextOf(title, description))
  return setSearchTexts(tx, { taskIds: tasks.map(({ id }) => id), searchTexts })
}
