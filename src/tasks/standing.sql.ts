import type { Tx } from '../db/transaction.ts'

interface Standing {
  id: string
  isSuspended: boolean
}

// Serializes the acceptances of one tasker, and makes a suspension wait for them.
export const lockTaskerStanding = (tx: Tx, { taskerId }: { taskerId: string }) => tx.rows<Standing>`
  /* lockTaskerStanding */
  select id, suspended_at is not null as is_suspended
  from users
  where id = ${taskerId}
  for no key update`

// Shared lock: readers do not wait for each other, but a suspension waits for all of them.
export const lockStandings = (tx: Tx, { userIds }: { userIds: readonly string[] }) => tx.rows<Standing>`
  /* lockStandings */
  select id, suspended_at is not null as is_suspended
  from users
  where id = any(${userIds}::uuid[])
  order by id
  for share`
