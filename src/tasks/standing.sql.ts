import type { Tx } from '../db/transaction.ts'

interface Standing {
  id: string
  isSuspended: boolean
}

// Last of all locks, in the order of ids: it makes one tasker's acceptances of several tasks wait for each other, and a suspension
// of either side for them.
export const lockParties = (tx: Tx, { userIds }: { userIds: readonly string[] }) => tx.rows<Standing>`
  /* lockParties */
  select id, suspended_at is not null as is_suspended
  from users
  where id = any(${userIds}::uuid[])
  order by id
  for no key update`

// Shared: those who only look do not wait for each other, but a suspension waits for them.
export const lockStandings = (tx: Tx, { userIds }: { userIds: readonly string[] }) => tx.rows<Standing>`
  /* lockStandings */
  select id, suspended_at is not null as is_suspended
  from users
  where id = any(${userIds}::uuid[])
  order by id
  for share`
