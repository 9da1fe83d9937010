// Sessions live on real time: `clock_timestamp()` instead of the `errand_now()` of other features.

import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'
import type { SessionRow } from './callerOf.ts'

interface LockedSession extends SessionRow {
  generation: number
  rotatedAt: Date
  graceUsed: boolean
  revokedAt: Date | null
  now: Date
}

/** The person of a session that has not ended, if their account is not suspended. */
export const readLiveSession = (database: Statements, { sessionId }: { sessionId: string }) => database.row<SessionRow>`
  /* readLiveSession */
  select
    person.id as user_id, person.roles::text[] as roles, person.email_verified_at is not null as is_verified,
    session.proven_at, session.second_factor_at,
    exists (select from second_factors factor where factor.user_id = person.id) as has_second_factor
  from sessions session
  join users person on person.id = session.user_id
  where session.id = ${sessionId}
    and session.revoked_at is null
    and person.suspended_at is null`

// Ends the least recently used sessions if there would be too many with the new one. Returns one row for each ended session, or one
// with null if none has ended. `hasSecondFactor` says that the person has proved their second factor.
export const insertSession = (
  tx: Tx,
  session: { id: string; userId: string; hasSecondFactor: boolean; userAgent: string | null; othersMax: number },
) => tx.rows<{ endedId: string | null; begunAt: Date }>`
  /* insertSession */
  with surplus as (
    select id
    from sessions
    where user_id = ${session.userId}
      and revoked_at is null
    order by last_used_at desc, id desc
    offset ${session.othersMax}
  ),
  ended as (
    update sessions
    set revoked_at = clock_timestamp()
    where id = any(array(select id from surplus))
      and revoked_at is null
    returning id
  ),
  begun as (
    insert into sessions (
      id, user_id, created_at, last_used_at, rotated_at, user_agent, proven_at, second_factor_at
    )
    select
      ${session.id}, ${session.userId}, moment, moment, moment, ${session.userAgent}, moment,
      case when ${session.hasSecondFactor} then moment end
    from clock_timestamp() as moment
    returning proven_at
  )
  select ended.id as ended_id, begun.proven_at as begun_at
  from begun
  left join ended on true`

export const lockSession = (tx: Tx, { sessionId }: { sessionId: string }) => tx.row<LockedSession>`
  /* lockSession */
  with session as materialized (
    select user_id, generation, rotated_at, grace_used, revoked_at, proven_at, second_factor_at
    from sessions
    where id = ${sessionId}
    for update
  )
  select
    session.user_id, session.generation, session.rotated_at, session.grace_used, session.revoked_at,
    session.proven_at, session.second_factor_at,
    person.roles::text[] as roles,
    person.email_verified_at is not null as is_verified,
    exists (select from second_factors factor where factor.user_id = person.id) as has_second_factor,
    clock_timestamp() as now
  from session
  join users person on person.id = session.user_id`

export const rotateSession = (
  tx: Tx,
  { sessionId, rotatedAt, graceUsed }: { sessionId: string; rotatedAt: Date; graceUsed: boolean },
) => tx.run`
  /* rotateSession */
  update sessions
  set generation = generation + 1,
    rotated_at = ${rotatedAt},
    last_used_at = ${rotatedAt},
    grace_used = ${graceUsed}
  where id = ${sessionId}`

export const useGrace = (tx: Tx, { sessionId, usedAt }: { sessionId: string; usedAt: Date }) => tx.run`
  /* useGrace */
  update sessions
  set grace_used = true,
    last_used_at = ${usedAt}
  where id = ${sessionId}`

/** Records a proof; a null keeps the last one by a second factor. */
export const setProven = (
  tx: Tx,
  { sessionId, provenAt, secondFactorAt }: { sessionId: string; provenAt: Date; secondFactorAt: Date | null },
) => tx.run`
  /* setProven */
  update sessions
  set proven_at = ${provenAt},
    second_factor_at = coalesce(${secondFactorAt}::timestamptz, second_factor_at)
  where id = ${sessionId}`

/** For a person without second factors: their sessions have proved none any more. */
export const clearSecondFactorProofs = (tx: Tx, { userId }: { userId: string }) => tx.run`
  /* clearSecondFactorProofs */
  update sessions
  set second_factor_at = null
  where user_id = ${userId}
    and second_factor_at is not null`

export const endSession = (tx: Tx, { sessionId, userId }: { sessionId: string; userId: string }) => tx.run`
  /* endSession */
  update sessions
  set revoked_at = coalesce(revoked_at, clock_timestamp())
  where id = ${sessionId}
    and user_id = ${userId}`

export const endSessions = (tx: Tx, { userId, exceptId }: { userId: string; exceptId: string | null }) => tx.run`
  /* endSessions */
  update sessions
  set revoked_at = clock_timestamp()
  where user_id = ${userId}
    and revoked_at is null
    and id is distinct from ${exceptId}::uuid`

export const deleteRevokedSessions = (
  database: Statements,
  { revokedMs, limit }: { revokedMs: number; limit: number },
) => database.run`
  /* deleteRevokedSessions */
  delete from sessions
  where id = any(array(
    select id
    from sessions
    where revoked_at < (select clock_timestamp() - ${revokedMs}::double precision * interval '1 millisecond')
    order by revoked_at
    limit ${limit}
    for update skip locked
  ))`

// The clock is read once, in a subquery, so that it bounds the index scan. An array, because otherwise all sessions would be hashed.
export const deleteUnusedSessions = (
  database: Statements,
  { unusedMs, limit }: { unusedMs: number; limit: number },
) => database.run`
  /* deleteUnusedSessions */
  delete from sessions
  where id = any(array(
    select id
    from sessions
    where last_used_at < (select clock_timestamp() - ${unusedMs}::double precision * interval '1 millisecond')
    order by last_used_at
    limit ${limit}
    for update skip locked
  ))`
