import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

/** Locks the reader and returns its position; nothing while another transaction has it. */
export const tryLockReader = (tx: Tx, { name }: { name: string }) => tx.row<{ position: bigint }>`
  /* tryLockReader */
  select position
  from event_readers
  where name = ${name}
  for update skip locked`

export const lockReader = (tx: Tx, { name }: { name: string }) => tx.run`
  /* lockReader */
  select position
  from event_readers
  where name = ${name}
  for update`

export const moveReader = (tx: Tx, { name, position }: { name: string; position: bigint }) => tx.run`
  /* moveReader */
  update event_readers
  set position = ${position}
  where name = ${name}`

export const readNextUnread = (database: Statements, { name }: { name: string }) => database.row<{ at: Date }>`
  /* readNextUnread */
  select event.occurred_at as at
  from event_readers reader
  cross join lateral (
    select event_id
    from event_positions
    where position > reader.position
    order by position
    limit 1
  ) next
  join events event on event.id = next.event_id
  where reader.name = ${name}`
