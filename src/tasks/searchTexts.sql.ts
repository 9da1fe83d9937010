import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

interface UnfoldedTask {
  id: string
  title: string
  description: string
}

export const readUnfoldedTasks = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* readUnfoldedTasks */
  select id
  from tasks
  where not search_text_folded
  order by id
  limit ${limit}`

// Skips rows locked by another transaction; the next sweep folds them.
export const lockUnfoldedTasks = (tx: Tx, { taskIds }: { taskIds: readonly string[] }) => tx.rows<UnfoldedTask>`
  /* lockUnfoldedTasks */
  select id, title, description
  from tasks
  where id = any(${taskIds}::uuid[])
    and not search_text_folded
  order by id
  for no key update skip locked`

export const setSearchTexts = (
  tx: Tx,
  { taskIds, searchTexts }: { taskIds: readonly string[]; searchTexts: readonly string[] },
) => tx.run`
  /* setSearchTexts */
  update tasks task
  set search_text = folded.search_text,
    search_text_folded = true
  from unnest(${taskIds}::uuid[], ${searchTexts}::text[]) as folded (id, search_text)
  where task.id = folded.id`
