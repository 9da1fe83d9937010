import type { Statements } from '../db/statements.ts'

/** A record of the demo world, with the kind and name by which examples refer to it. */
export interface DemoRecord {
  kind:
    | 'task'
    | 'application'
    | 'hold'
    | 'transfer'
    | 'dispute'
    | 'chargeback'
    | 'chat'
    | 'support'
    | 'agent'
    | 'person'
    | 'session'
    | 'token'
    | 'account'
    | 'reconciliation'
    | 'difference'
    | 'endpoint'
    | 'delivery'
    | 'notification'
  name: string
  id: string
}

/** The user agent of the demo session that an example revokes; other sessions belong to visitors of the demo. */
export const LOST_PHONE = 'Lost phone'

/** The name of the access token that an example revokes. */
export const OLD_SCRIPT = 'Old script'

// Ordered by id, because the newest record of a name is the one that examples mean. The limits exceed what the seed creates.
export const readDemoRecords = (database: Statements) => database.rows<DemoRecord>`
  /* readDemoRecords */
  with demo_tasks as (
    select id, title
    from tasks
    where poster_id = (select id from users where email = 'poster@demo.test')
    order by id
    limit 100
  )
  select 'task' as kind, title as name, id from demo_tasks
  union all
  select 'application', title, task_applications.id
  from task_applications join demo_tasks on demo_tasks.id = task_id
  union all
  select 'hold', title, holds.id
  from holds join demo_tasks on demo_tasks.id = task_id
  union all
  select 'transfer', title, transfers.id
  from transfers join demo_tasks on demo_tasks.id = task_id
  union all
  select 'dispute', title, disputes.id
  from disputes join demo_tasks on demo_tasks.id = task_id
  union all
  select 'chargeback', title, chargebacks.id
  from chargebacks join demo_tasks on demo_tasks.id = task_id
  union all
  select 'chat', title, chats.id
  from chats join demo_tasks on demo_tasks.id = task_id
  union all
  select 'support', email, chats.id
  from chats join users on users.id = customer_id
  where email like '%@demo.test'
  union all
  select 'agent', email, id
  from agents join users using (id)
  where email like '%@demo.test'
  union all
  select 'person', email, id
  from users
  where email like '%@demo.test'
  union all
  select 'session', user_agent, sessions.id
  from sessions join users on users.id = user_id
  where email like '%@demo.test'
    and user_agent = ${LOST_PHONE}
  union all
  select 'token', name, access_tokens.id
  from access_tokens join users on users.id = user_id
  where email like '%@demo.test'
    and name = ${OLD_SCRIPT}
  union all
  select 'account', kind || ' ' || currency, id
  from ledger_accounts
  where kind = 'PLATFORM_FEE'
    and exists (select from demo_tasks)
  union all
  (
    select 'reconciliation', 'the latest', id
    from reconciliations
    where exists (select from demo_tasks)
    order by id desc
    limit 1
  )
  union all
  (
    select 'difference', kind::text, id
    from reconciliation_differences
    where exists (select from demo_tasks)
    order by id desc
    limit 10
  )
  union all
  select 'endpoint', description, webhook_endpoints.id
  from webhook_endpoints join users on users.id = owner_id
  where email like '%@demo.test'
    and deleted_at is null
    and description is not null
  union all
  (
    select 'delivery', description, webhook_deliveries.id
    from webhook_deliveries
    join webhook_endpoints on webhook_endpoints.id = endpoint_id
    join users on users.id = owner_id
    where email like '%@demo.test'
      and description is not null
    order by webhook_deliveries.id desc
    limit 10
  )
  union all
  (
    select distinct on (email) 'notification', email, notifications.id
    from notifications join users on users.id = user_id
    where email like '%@demo.test'
    order by email, notifications.id
    limit 10
  )
  order by 3
  limit 500`
