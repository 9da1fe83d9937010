import type { Statements } from '../../db/statements.ts'

interface NextDue {
  at: Date | null
}

interface DueChat {
  id: string
}

/** The length of a silence after which a timer is due. */
interface Timeout {
  timeoutMs: number
}

export const readNextWarning = (database: Statements, { timeoutMs }: Timeout) => database.row<NextDue>`
  /* readNextWarning */
  select min(customer_silent_since) + make_interval(secs => ${timeoutMs / 1000}::float8) as at
  from chats
  where customer_silent_since is not null
    and customer_warned_at is null`

export const readWarningsDue = (
  database: Statements,
  { timeoutMs, limit }: Timeout & { limit: number },
) => database.rows<DueChat>`
  /* readWarningsDue */
  select id
  from chats
  where customer_silent_since <= (select errand_now() - make_interval(secs => ${timeoutMs / 1000}::float8))
    and customer_warned_at is null
  order by customer_silent_since
  limit ${limit}`

export const readNextSilentCustomer = (database: Statements, { timeoutMs }: Timeout) => database.row<NextDue>`
  /* readNextSilentCustomer */
  select min(customer_silent_since) + make_interval(secs => ${timeoutMs / 1000}::float8) as at
  from chats
  where customer_silent_since is not null`

export const readSilentCustomers = (
  database: Statements,
  { timeoutMs, limit }: Timeout & { limit: number },
) => database.rows<DueChat>`
  /* readSilentCustomers */
  select id
  from chats
  where customer_silent_since <= (select errand_now() - make_interval(secs => ${timeoutMs / 1000}::float8))
  order by customer_silent_since
  limit ${limit}`

export const readNextLongWait = (database: Statements, { timeoutMs }: Timeout) => database.row<NextDue>`
  /* readNextLongWait */
  select min(coalesce(returned_at, queued_at)) + make_interval(secs => ${timeoutMs / 1000}::float8) as at
  from chats
  where status = 'QUEUED'
    and long_wait_told_at is null`

export const readLongWaits = (
  database: Statements,
  { timeoutMs, limit }: Timeout & { limit: number },
) => database.rows<DueChat>`
  /* readLongWaits */
  select id
  from chats
  where status = 'QUEUED'
    and coalesce(returned_at, queued_at) <= (select errand_now() - make_interval(secs => ${timeoutMs / 1000}::float8))
    and long_wait_told_at is null
  order by coalesce(returned_at, queued_at)
  limit ${limit}`

export const readNextHopelessWait = (database: Statements, { timeoutMs }: Timeout) => database.row<NextDue>`
  /* readNextHopelessWait */
  select min(coalesce(returned_at, queued_at)) + make_interval(secs => ${timeoutMs / 1000}::float8) as at
  from chats
  where status = 'QUEUED'`

export const readHopelessWaits = (
  database: Statements,
  { timeoutMs, limit }: Timeout & { limit: number },
) => database.rows<DueChat>`
  /* readHopelessWaits */
  select id
  from chats
  where status = 'QUEUED'
    and coalesce(returned_at, queued_at) <= (select errand_now() - make_interval(secs => ${timeoutMs / 1000}::float8))
  order by coalesce(returned_at, queued_at)
  limit ${limit}`

export const readNextSilentAgent = (database: Statements, { timeoutMs }: Timeout) => database.row<NextDue>`
  /* readNextSilentAgent */
  select min(agent_silent_since) + make_interval(secs => ${timeoutMs / 1000}::float8) as at
  from chats
  where agent_silent_since is not null`

export const readSilentAgents = (
  database: Statements,
  { timeoutMs, limit }: Timeout & { limit: number },
) => database.rows<DueChat>`
  /* readSilentAgents */
  select id
  from chats
  where agent_silent_since <= (select errand_now() - make_interval(secs => ${timeoutMs / 1000}::float8))
  order by agent_silent_since
  limit ${limit}`
