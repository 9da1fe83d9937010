import { columnsOf } from '../db/columns.ts'
import type { WebhookEndpoint } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

const ENDPOINT = columnsOf('WebhookEndpoint')

/** Locks the account of an owner, so that two requests at once cannot exceed the number of endpoints. */
export const lockOwner = (tx: Tx, { ownerId }: { ownerId: string }) => tx.row<{ now: Date }>`
  /* lockWebhookOwner */
  with owner as materialized (
    select id
    from users
    where id = ${ownerId}
    for no key update
  )
  select errand_now() as now
  from owner`

export const countEndpoints = (tx: Tx, { ownerId }: { ownerId: string }) => tx.row<{ count: number }>`
  /* countWebhookEndpoints */
  select count(*)::integer as count
  from webhook_endpoints
  where owner_id = ${ownerId}
    and deleted_at is null`

export interface NewEndpoint {
  id: string
  ownerId: string
  url: string
  description: string | null
  eventTypes: readonly string[]
  platform: boolean
  sealedSecret: Buffer
  secretHint: string
  at: Date
}

export const insertEndpoint = (tx: Tx, endpoint: NewEndpoint) => tx.deferred.run`
  /* insertWebhookEndpoint */
  insert into webhook_endpoints (id, owner_id, url, description, event_types, platform, sealed_secret, secret_hint, created_at)
  values (
    ${endpoint.id}, ${endpoint.ownerId}, ${endpoint.url}, ${endpoint.description}, ${endpoint.eventTypes}::text[],
    ${endpoint.platform}, ${endpoint.sealedSecret}, ${endpoint.secretHint}, ${endpoint.at}
  )`

export const lockEndpoint = (tx: Tx, { endpointId, ownerId }: { endpointId: string; ownerId: string }) =>
  tx.row<WebhookEndpoint & { now: Date }>`
  /* lockWebhookEndpoint */
  with endpoint as materialized (
    select ${ENDPOINT}
    from webhook_endpoints
    where id = ${endpointId}
      and owner_id = ${ownerId}
      and deleted_at is null
    for update
  )
  select ${ENDPOINT}, errand_now() as now
  from endpoint`

type EndpointContent = Pick<WebhookEndpoint, 'id' | 'url' | 'description' | 'eventTypes' | 'enabled' | 'disabledReason'>

export const setEndpoint = (tx: Tx, endpoint: EndpointContent) => tx.deferred.run`
  /* setWebhookEndpoint */
  update webhook_endpoints
  set url = ${endpoint.url},
    description = ${endpoint.description},
    event_types = ${endpoint.eventTypes}::text[],
    enabled = ${endpoint.enabled},
    disabled_reason = ${endpoint.disabledReason}
  where id = ${endpoint.id}`

/** Replaces the secret; the previous one signs as well until `previousUntil`. */
export const rotateSecret = (
  tx: Tx,
  secret: { endpointId: string; sealedSecret: Buffer; secretHint: string; previousUntil: Date },
) => tx.deferred.run`
  /* rotateWebhookSecret */
  update webhook_endpoints
  set previous_sealed_secret = sealed_secret,
    previous_secret_until = ${secret.previousUntil},
    sealed_secret = ${secret.sealedSecret},
    secret_hint = ${secret.secretHint}
  where id = ${secret.endpointId}`

export const markEndpointDeleted = (tx: Tx, { endpointId, at }: { endpointId: string; at: Date }) => tx.deferred.run`
  /* markWebhookEndpointDeleted */
  update webhook_endpoints
  set deleted_at = ${at}, enabled = false, disabled_reason = null
  where id = ${endpointId}`

/** Turns an endpoint off by itself; returns its owner if it was on. */
export const disableEndpoint = (tx: Tx, { endpointId, reason }: { endpointId: string; reason: string }) => tx.row<{
  url: string
  userId: string
  email: string
  displayName: string
  locale: string
}>`
  /* disableWebhookEndpoint */
  update webhook_endpoints endpoint
  set enabled = false, disabled_reason = ${reason}
  from users owner
  where endpoint.id = ${endpointId}
    and endpoint.enabled
    and owner.id = endpoint.owner_id
  returning endpoint.url, owner.id as user_id, owner.email, owner.display_name, owner.locale`

/** Removes deliveries of endpoints that were deleted or are off, in batches. */
export const endDeliveriesOfDisabled = (database: Statements, { limit }: { limit: number }) => database.run`
  /* endDeliveriesOfDisabledWebhooks */
  update webhook_deliveries
  set status = 'FAILED', due_at = null, lease_until = null, ended_at = errand_now()
  where id = any(array(
    select delivery.id
    from webhook_endpoints endpoint
    cross join lateral (
      select id
      from webhook_deliveries
      where endpoint_id = endpoint.id
        and due_at is not null
        and event_id is not null
        and (lease_until is null or lease_until < clock_timestamp())
      order by due_at
      limit ${limit}
      for update skip locked
    ) delivery
    where not endpoint.enabled
    limit ${limit}
  ))`

export const deleteOldDeliveries = (database: Statements, { keptMs, limit }: { keptMs: number; limit: number }) =>
  database.run`
  /* deleteOldWebhookDeliveries */
  delete from webhook_deliveries
  where id = any(array(
    select id
    from webhook_deliveries
    where ended_at < (select errand_now() - ${keptMs}::double precision * interval '1 millisecond')
    order by ended_at
    limit ${limit}
    for update skip locked
  ))`

/** Deletes deliveries of deleted endpoints; the endpoint itself goes when it has none left. */
export const deleteDeliveriesOfDeleted = (database: Statements, { limit }: { limit: number }) => database.run`
  /* deleteDeliveriesOfDeletedWebhooks */
  delete from webhook_deliveries
  where id = any(array(
    select delivery.id
    from webhook_endpoints endpoint
    cross join lateral (
      select id
      from webhook_deliveries
      where endpoint_id = endpoint.id
      order by id desc
      limit ${limit}
    ) delivery
    where endpoint.deleted_at is not null
    limit ${limit}
  ))`

export const deleteEmptyEndpoints = (database: Statements, { limit }: { limit: number }) => database.run`
  /* deleteEmptyWebhookEndpoints */
  delete from webhook_endpoints
  where id = any(array(
    select id
    from webhook_endpoints endpoint
    where deleted_at is not null
      and not exists (
        select
        from webhook_deliveries
        where endpoint_id = endpoint.id
      )
    order by deleted_at
    limit ${limit}
    for update skip locked
  ))`
