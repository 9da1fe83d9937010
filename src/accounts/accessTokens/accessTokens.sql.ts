// Access tokens live on real time, as sessions do: `clock_timestamp()` instead of the `errand_now()` of other features.

import type { AccessTokenScope, Role } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

/** A token that has not ended, with its person. */
export interface LiveAccessToken {
  id: string
  userId: string
  roles: Role[]
  isVerified: boolean
  /** The person has a second factor. */
  hasSecondFactor: boolean
  scopes: AccessTokenScope[]
}

interface UsedAccessToken extends LiveAccessToken {
  expiresAt: Date | null
  /** False if a use within the last minute is recorded. */
  isUseDue: boolean
}

/** The person of a token that has not ended, if their account is not suspended. */
export const readAccessToken = (database: Statements, { tokenHash }: { tokenHash: Buffer }) =>
  database.row<UsedAccessToken>`
  /* readAccessToken */
  select
    token.id, person.id as user_id, person.roles::text[] as roles,
    person.email_verified_at is not null as is_verified,
    exists (select from second_factors factor where factor.user_id = person.id) as has_second_factor,
    token.scopes::text[] as scopes, token.expires_at,
    coalesce(token.last_used_at < clock_timestamp() - interval '1 minute', true) as is_use_due
  from access_tokens token
  join users person on person.id = token.user_id
  where token.token_hash = ${tokenHash}
    and token.revoked_at is null
    and (token.expires_at is null or token.expires_at > clock_timestamp())
    and person.suspended_at is null`

/** The tokens among these that have not ended, with the people's current roles. */
export const readLiveAccessTokens = (database: Statements, { ids }: { ids: readonly string[] }) =>
  database.rows<LiveAccessToken>`
  /* readLiveAccessTokens */
  select
    token.id, person.id as user_id, person.roles::text[] as roles,
    person.email_verified_at is not null as is_verified,
    exists (select from second_factors factor where factor.user_id = person.id) as has_second_factor,
    token.scopes::text[] as scopes
  from access_tokens token
  join users person on person.id = token.user_id
  where token.id = any(${ids}::uuid[])
    and token.revoked_at is null
    and (token.expires_at is null or token.expires_at > clock_timestamp())
    and person.suspended_at is null`

/** The time now, and how many live tokens a locked person has. */
export const countAccessTokens = (tx: Tx, { userId }: { userId: string }) => tx.row<{ now: Date; count: number }>`
  /* countAccessTokens */
  select clock_timestamp() as now, count(*)::integer as count
  from access_tokens
  where user_id = ${userId}
    and revoked_at is null
    and (expires_at is null or expires_at > clock_timestamp())`

export const insertAccessToken = (
  tx: Tx,
  token: {
    id: string
    userId: string
    name: string
    scopes: readonly AccessTokenScope[]
    tokenHash: Buffer
    hint: string
    createdAt: Date
    expiresAt: Date | null
  },
) => tx.run`
  /* insertAccessToken */
  insert into access_tokens (id, user_id, name, scopes, token_hash, hint, created_at, expires_at)
  values (
    ${token.id}, ${token.userId}, ${token.name}, ${token.scopes}::access_token_scope[], ${token.tokenHash}, ${token.hint},
    ${token.createdAt}, ${token.expiresAt}
  )`

/** Returns the token before its end; undefined if it is another person's, or deleted. */
export const lockAccessToken = (tx: Tx, { id, userId }: { id: string; userId: string }) =>
  tx.row<{ revokedAt: Date | null; now: Date }>`
  /* lockAccessToken */
  select revoked_at, errand_now() as now
  from access_tokens
  where id = ${id}
    and user_id = ${userId}
  for update`

export const endAccessToken = (tx: Tx, { id }: { id: string }) => tx.run`
  /* endAccessToken */
  update access_tokens
  set revoked_at = clock_timestamp()
  where id = ${id}
    and revoked_at is null`

/** Ends all tokens of a person. */
export const endAccessTokens = (tx: Tx, { userId }: { userId: string }) => tx.run`
  /* endAccessTokens */
  update access_tokens
  set revoked_at = clock_timestamp()
  where user_id = ${userId}
    and revoked_at is null`

/** A token that another server has recorded within the minute is left as it is. */
export const recordAccessTokenUses = (database: Statements, { ids }: { ids: readonly string[] }) => database.run`
  /* recordAccessTokenUses */
  update access_tokens
  set last_used_at = clock_timestamp()
  where id = any(array(
    select id
    from access_tokens
    where id = any(${ids}::uuid[])
      and coalesce(last_used_at < clock_timestamp() - interval '1 minute', true)
    order by id
    for update skip locked
  ))`

// The clock is read once, in a subquery, so that it bounds the index scan.
export const deleteRevokedAccessTokens = (
  database: Statements,
  { deadMs, limit }: { deadMs: number; limit: number },
) => database.run`
  /* deleteRevokedAccessTokens */
  delete from access_tokens
  where id = any(array(
    select id
    from access_tokens
    where revoked_at < (select clock_timestamp() - ${deadMs}::double precision * interval '1 millisecond')
    order by revoked_at
    limit ${limit}
    for update skip locked
  ))`

export const deleteExpiredAccessTokens = (
  database: Statements,
  { deadMs, limit }: { deadMs: number; limit: number },
) => database.run`
  /* deleteExpiredAccessTokens */
  delete from access_tokens
  where id = any(array(
    select id
    from access_tokens
    where expires_at < (select clock_timestamp() - ${deadMs}::double precision * interval '1 millisecond')
    order by expires_at
    limit ${limit}
    for update skip locked
  ))`
