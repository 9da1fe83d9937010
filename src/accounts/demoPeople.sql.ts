import type { Statements } from '../db/statements.ts'

// Asked at most once a start, and only where it matters: no index for it.
export const readDemoPerson = (database: Statements) => database.row<{ id: string }>`
  /* readDemoPerson */
  select id
  from users
  where email like '%@demo.test'
  limit 1`
