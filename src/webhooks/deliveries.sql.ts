import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

/**
 * The endpoints for the events in this range of positions: of their recipients, and of administrators who follow the platform. A person
 * has fewer endpoints than the limit, which has them looked up for each person.
 */
export const readReceivers = (tx: Tx, { from, to }: { from: bigint; to: bigint }) => tx.rows<{
  endpointId: string
  eventId: string
  position: bigint
  subjectId: string
}>`
  /* readWebhookReceivers */
  with receivers as (
    select place.position, place.event_id, endpoint.id, endpoint.event_types
    from event_positions place
    join events event on event.id = place.event_id
    cross join lateral unnest(event.recipient_ids) as recipient (user_id)
    join users owner on owner.id = recipient.user_id
    cross join lateral (
      select id, event_types
      from webhook_endpoints
      where owner_id = owner.id
        and enabled
        and not platform
      order by id desc
      limit 100
    ) endpoint
    where place.position between ${from} and ${to}
      and owner.suspended_at is null
    union all
    select place.position, place.event_id, endpoint.id, endpoint.event_types
    from event_positions place
    cross join webhook_endpoints endpoint
    join users owner on owner.id = endpoint.owner_id
    where place.position between ${from} and ${to}
      and endpoint.enabled
      and endpoint.platform
      and 'ADMIN' = any(owner.roles)
      and owner.suspended_at is null
  )
  select receiver.id as endpoint_id, receiver.event_id, receiver.position,
    case event.kind
      when 'CHAT' then event.chat_id
      when 'TRANSFER' then event.transfer_id
      else event.task_id
    end as subject_id
  from receivers receiver
  join events event on event.id = receiver.event_id
  where receiver.event_types = '{}' or event.type = any(receiver.event_types)
  order by receiver.position, receiver.id`

export interface NewDelivery {
  id: string
  endpointId: string
  eventId: string | null
  subjectId: string
  position: bigint
}

/**
 * Inserts deliveries of events. One whose subject already waits for a repetition is due with it, so that waiting deliveries are not
 * looked at again and again.
 */
export const insertDeliveries = (tx: Tx, { deliveries }: { deliveries: readonly NewDelivery[] }) => tx.run`
  /* insertWebhookDeliveries */
  insert into webhook_deliveries (id, endpoint_id, event_id, subject_id, position, created_at, due_at)
  select id, delivery.endpoint_id, event_id, delivery.subject_id, delivery.position, errand_now(), coalesce(
    (
      select due_at
      from webhook_deliveries earlier
      where earlier.endpoint_id = delivery.endpoint_id
        and earlier.subject_id = delivery.subject_id
        and earlier.due_at is not null
      order by earlier.position
      limit 1
    ),
    errand_now()
  )
  from unnest(
    ${deliveries.map(({ id }) => id)}::uuid[],
    ${deliveries.map(({ endpointId }) => endpointId)}::uuid[],
    ${deliveries.map(({ eventId }) => eventId)}::uuid[],
    ${deliveries.map(({ subjectId }) => subjectId)}::uuid[],
    ${deliveries.map(({ position }) => position)}::bigint[]
  ) as delivery (id, endpoint_id, event_id, subject_id, position)
  on conflict (event_id, endpoint_id) do nothing`

export const insertTest = (tx: Tx, { id, endpointId, at }: { id: string; endpointId: string; at: Date }) =>
  tx.deferred.run`
  /* insertWebhookTest */
  insert into webhook_deliveries (id, endpoint_id, subject_id, position, created_at, due_at, is_single)
  values (${id}, ${endpointId}, ${id}, 0, ${at}, ${at}, true)`

/**
 * Due deliveries, a few for each endpoint: none whose subject has an earlier open delivery to the same endpoint, and none that a process
 * is sending. Steps over the endpoints by the index, so that a long queue of one endpoint delays no other.
 */
export const findDueDeliveries = (
  database: Statements,
  { perEndpoint, limit }: { perEndpoint: number; limit: number },
) => database.rows<{ id: string; endpointId: string }>`
  /* findDueWebhookDeliveries */
  with recursive busy as (
    (
      select endpoint_id
      from webhook_deliveries
      where due_at is not null
      order by endpoint_id
      limit 1
    )
    union all
    select (
      select endpoint_id
      from webhook_deliveries
      where due_at is not null
        and endpoint_id > busy.endpoint_id
      order by endpoint_id
      limit 1
    )
    from busy
    where busy.endpoint_id is not null
  )
  select delivery.id, delivery.endpoint_id
  from busy
  cross join lateral (
    select id, enabled
    from webhook_endpoints
    where id = busy.endpoint_id
    limit 1
  ) endpoint
  cross join lateral (
    select front.id, front.endpoint_id, front.due_at
    from (
      select id, endpoint_id, subject_id, position, due_at, lease_until, event_id
      from webhook_deliveries
      where endpoint_id = endpoint.id
        and due_at <= errand_now()
      order by due_at, position
      limit 1000
    ) front
    where (front.lease_until is null or front.lease_until < clock_timestamp())
      and (endpoint.enabled or front.event_id is null)
      and not exists (
        select
        from webhook_deliveries earlier
        where earlier.endpoint_id = front.endpoint_id
          and earlier.subject_id = front.subject_id
          and earlier.due_at is not null
          and earlier.position < front.position
      )
    order by front.due_at, front.position
    limit ${perEndpoint}
  ) delivery
  order by delivery.due_at
  limit ${limit}`

/** The earliest due time of a delivery that waits for no other one and is not being sent. */
export const nextDueDelivery = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextDueWebhookDelivery */
  with recursive busy as (
    (
      select endpoint_id
      from webhook_deliveries
      where due_at is not null
      order by endpoint_id
      limit 1
    )
    union all
    select (
      select endpoint_id
      from webhook_deliveries
      where due_at is not null
        and endpoint_id > busy.endpoint_id
      order by endpoint_id
      limit 1
    )
    from busy
    where busy.endpoint_id is not null
  )
  select min(delivery.due_at) as at
  from busy
  cross join lateral (
    select id, enabled
    from webhook_endpoints
    where id = busy.endpoint_id
    limit 1
  ) endpoint
  cross join lateral (
    select open.due_at
    from webhook_deliveries open
    where open.endpoint_id = endpoint.id
      and open.due_at is not null
      and (open.lease_until is null or open.lease_until < clock_timestamp())
      and (endpoint.enabled or open.event_id is null)
      and not exists (
        select
        from webhook_deliveries earlier
        where earlier.endpoint_id = open.endpoint_id
          and earlier.subject_id = open.subject_id
          and earlier.due_at is not null
          and earlier.position < open.position
      )
    order by open.due_at, open.position
    limit 1
  ) delivery`

export interface ClaimedDelivery {
  id: string
  endpointId: string
  eventId: string | null
  subjectId: string
  attemptCount: number
  firstAttemptAt: Date
  isSingle: boolean
  createdAt: Date
  url: string
  ownerId: string
  platform: boolean
  sealedSecret: Uint8Array
  previousSealedSecret: Uint8Array | null
  previousSecretUntil: Date | null
  now: Date
}

// Locked and claimed in one statement. The lease is on real time, because the sender waits for another server.
export const claimDelivery = (tx: Tx, { deliveryId, leaseMs }: { deliveryId: string; leaseMs: number }) =>
  tx.row<ClaimedDelivery>`
  /* claimWebhookDelivery */
  update webhook_deliveries delivery
  set attempt_count = attempt_count + 1,
    first_attempt_at = coalesce(first_attempt_at, errand_now()),
    lease_until = clock_timestamp() + ${leaseMs}::double precision * interval '1 millisecond'
  from webhook_endpoints endpoint
  where delivery.id = (
      select id
      from webhook_deliveries
      where id = ${deliveryId}
        and due_at <= errand_now()
        and (lease_until is null or lease_until < clock_timestamp())
      for update skip locked
    )
    and endpoint.id = delivery.endpoint_id
    and endpoint.deleted_at is null
    and (endpoint.enabled or delivery.event_id is null)
  returning delivery.id, delivery.endpoint_id, delivery.event_id, delivery.subject_id, delivery.attempt_count,
    delivery.first_attempt_at, delivery.is_single, delivery.created_at, endpoint.url, endpoint.owner_id, endpoint.platform,
    endpoint.sealed_secret, endpoint.previous_sealed_secret, endpoint.previous_secret_until, errand_now() as now`

interface Attempt {
  deliveryId: string
  attemptCount: number
}

export const insertAttempt = (
  tx: Tx,
  attempt: Attempt & { at: Date; durationMs: number; statusCode: number | null; error: string | null },
) => tx.deferred.run`
  /* insertWebhookAttempt */
  insert into webhook_attempts (delivery_id, number, at, duration_ms, status_code, error)
  values (
    ${attempt.deliveryId}, ${attempt.attemptCount}, ${attempt.at}, ${attempt.durationMs}, ${attempt.statusCode},
    ${attempt.error}
  )
  on conflict (delivery_id, number) do nothing`

/** Ends a delivery, unless a later attempt has begun. */
export const endDelivery = (tx: Tx, delivery: Attempt & { status: 'SUCCEEDED' | 'FAILED' }) => tx.run`
  /* endWebhookDelivery */
  update webhook_deliveries
  set status = ${delivery.status}::webhook_delivery_status, due_at = null, lease_until = null, ended_at = errand_now()
  where id = ${delivery.deliveryId}
    and attempt_count = ${delivery.attemptCount}
    and due_at is not null`

/** Schedules the next attempt of a delivery, unless a later one has begun, and with it the deliveries that wait for it. */
export const retryDelivery = (tx: Tx, delivery: Attempt & { dueAt: Date }) => tx.run`
  /* retryWebhookDelivery */
  with retried as (
    update webhook_deliveries
    set status = 'RETRYING', due_at = ${delivery.dueAt}, lease_until = null
    where id = ${delivery.deliveryId}
      and attempt_count = ${delivery.attemptCount}
      and due_at is not null
    returning endpoint_id, subject_id, position
  )
  update webhook_deliveries waiting
  set due_at = greatest(waiting.due_at, ${delivery.dueAt})
  from retried
  where waiting.endpoint_id = retried.endpoint_id
    and waiting.subject_id = retried.subject_id
    and waiting.due_at is not null
    and waiting.position > retried.position`

/** The deliveries that waited for a repetition of this subject are due now. */
export const releaseWaiting = (tx: Tx, { endpointId, subjectId }: { endpointId: string; subjectId: string }) => tx.run`
  /* releaseWaitingWebhooks */
  update webhook_deliveries
  set due_at = errand_now()
  where endpoint_id = ${endpointId}
    and subject_id = ${subjectId}
    and due_at > errand_now()
    and status = 'PENDING'`

/** Takes back an attempt that was not made, because the process stops. */
export const returnDelivery = (tx: Tx, { deliveryId, attemptCount }: Attempt) => tx.run`
  /* returnWebhookDelivery */
  update webhook_deliveries
  set lease_until = null,
    attempt_count = attempt_count - 1,
    first_attempt_at = case when attempt_count > 1 then first_attempt_at end
  where id = ${deliveryId}
    and attempt_count = ${attemptCount}
    and due_at is not null`

export const lockDelivery = (tx: Tx, { deliveryId, ownerId }: { deliveryId: string; ownerId: string }) => tx.row<{
  id: string
  isOpen: boolean
  enabled: boolean
  eventId: string | null
}>`
  /* lockWebhookDelivery */
  select delivery.id, delivery.due_at is not null as is_open, endpoint.enabled, delivery.event_id
  from webhook_deliveries delivery
  join webhook_endpoints endpoint on endpoint.id = delivery.endpoint_id
  where delivery.id = ${deliveryId}
    and endpoint.owner_id = ${ownerId}
    and endpoint.deleted_at is null
  for no key update of delivery`

/** A delivery that has ended gets one more attempt. */
export const reopenDelivery = (tx: Tx, { deliveryId }: { deliveryId: string }) => tx.deferred.run`
  /* reopenWebhookDelivery */
  update webhook_deliveries
  set status = 'PENDING', due_at = errand_now(), ended_at = null, is_single = true
  where id = ${deliveryId}`

/** An open delivery is due now instead of later. */
export const hastenDelivery = (tx: Tx, { deliveryId }: { deliveryId: string }) => tx.deferred.run`
  /* hastenWebhookDelivery */
  update webhook_deliveries
  set due_at = least(due_at, errand_now())
  where id = ${deliveryId}`
