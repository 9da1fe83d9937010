import type { Statements } from '../db/statements.ts'

// No index, because it runs at most once at start-up.
export const readDemoPerson = (database: Statements) => database.row<{ id: string }>`
  /* readDemoPerson */
  select id
  from users
  where email like '%@demo.test'
  limit 1`

export const readWhetherDemo = (database: Statements, { userId }: { userId: string }) => database.row<{
  isDemo: boolean
}>`
  /* readWhetherDemo */
  select email like '%@demo.test' as is_demo
  from users
  where id = ${userId}`
