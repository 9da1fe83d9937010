import type { Tx } from '../db/transaction.ts'

// Last of all locks, in the order of ids: it makes one tasker's acceptances of several tasks wait for each other, and a suspension
// of either side for them.
export const lockParties = (tx: Tx, { userIds }: { userIds: readonly string[] }) => tx.rows<{
  id: string
  isSuspended: boolean
}>`
  /* lockParties */
  select id, suspended_at is not null as is_suspended
  from users
  where id = any(${userIds}::uuid[])
  order by id
  for no key update`

// Shared: those who only look do not wait for each other, but a suspension waits for them.
export const lockStanding = (tx: Tx, { userId }: { userId: string }) => tx.row<{ isSuspended: boolean }>`
  /* lockStanding */
  select suspended_at is not null as is_suspended
  from users
  where id = ${userId}
  for share`
