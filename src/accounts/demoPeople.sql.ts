import type { Statements } from '../db/statements.ts'

// No index, because it runs at most once at start-up.
export const readDemoPerson = (database: Statements) => database.row<{ id: string }>`
  /* readDemoPerson */
  select id
  from users
  where email like '%@demo.test'
  limit 1`
