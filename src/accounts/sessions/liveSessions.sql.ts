import type { Statements } from '../../db/statements.ts'
import type { SessionRow } from './callerOf.ts'

/** The sessions among these that have not ended, with the current roles of their people. */
export const readLiveSessions = (database: Statements, { sessionIds }: { sessionIds: readonly string[] }) =>
  database.rows<SessionRow & { sessionId: string }>`
  /* readLiveSessions */
  select
    session.id as session_id, session.user_id, person.roles::text[] as roles,
    person.email_verified_at is not null as is_verified,
    session.proven_at, session.second_factor_at,
    exists (select from second_factors factor where factor.user_id = person.id) as has_second_factor
  from sessions session
  join users person on person.id = session.user_id
  where session.id = any(${sessionIds}::uuid[])
    and session.revoked_at is null
    and person.suspended_at is null`
