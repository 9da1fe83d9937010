import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

/** An event of a provider. */
export interface ReceivedEvent {
  provider: string
  eventId: string
}

/** Takes an event for a delivery, unless it is processed or another delivery has it; returns 1 if it was taken. */
export const takeEvent = (
  tx: Tx,
  { provider, eventId, leaseMs, keepMs }: ReceivedEvent & { leaseMs: number; keepMs: number },
) =>
  tx.run`
  /* takeEvent */
  insert into webhooks_received (provider, event_id, received_at, lease_until, forget_at)
  values (
    ${provider}, ${eventId}, errand_now(), clock_timestamp() + ${leaseMs} * interval '1 millisecond',
    errand_now() + ${keepMs} * interval '1 millisecond'
  )
  on conflict (provider, event_id) do update
  set lease_until = excluded.lease_until
  where webhooks_received.processed_at is null
    and (webhooks_received.lease_until is null or webhooks_received.lease_until <= clock_timestamp())`

/** An event that was received; processed if its processing ended. */
export const readEvent = (database: Statements, { provider, eventId }: ReceivedEvent) => database.row<{
  isProcessed: boolean
}>`
  /* readEvent */
  select processed_at is not null as is_processed
  from webhooks_received
  where provider = ${provider}
    and event_id = ${eventId}`

export const markProcessed = (tx: Tx, { provider, eventId }: ReceivedEvent) => tx.run`
  /* markProcessed */
  update webhooks_received
  set processed_at = errand_now(),
    lease_until = null
  where provider = ${provider}
    and event_id = ${eventId}`

/** Ends the lease of an event that could not be processed, for its next delivery. */
export const giveBackEvent = (tx: Tx, { provider, eventId }: ReceivedEvent) => tx.run`
  /* giveBackEvent */
  update webhooks_received
  set lease_until = null
  where provider = ${provider}
    and event_id = ${eventId}`

// By their places, which the lock keeps: a join to the primary key would read the whole table.
export const deleteOldEvents = (database: Statements, { limit }: { limit: number }) => database.run`
  /* deleteOldEvents */
  delete from webhooks_received
  where ctid = any(array(
    select ctid
    from webhooks_received
    where forget_at <= errand_now()
    order by forget_at
    limit ${limit}
    for update skip locked
  ))`

export const nextOldEvent = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextOldEvent */
  select min(forget_at) as at
  from webhooks_received`
