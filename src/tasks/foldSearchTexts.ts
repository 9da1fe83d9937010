/** Folds search texts written without folding: by a migration, an older server, or a manual statement. */
import { type Tx, withTransaction } from '../db/transaction.ts'
import { searchTextOf } from '../domain/searchText.ts'
import type { Timer } from '../jobs/timer.ts'
import { lockUnfoldedTasks, readUnfoldedTasks, setSearchTexts } from './searchTexts.sql.ts'

/** Folds a batch of tasks at each sweep. It has no due time, because only searches depend on it. */
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
