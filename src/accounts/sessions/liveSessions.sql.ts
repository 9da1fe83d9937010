import type { Role } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'

/** The sessions among these that have not ended, with the current roles of their people. */
export const readLiveSessions = (database: Statements, { sessionIds }: { sessionIds: readonly string[] }) =>
  database.rows<{ sessionId: string; roles: Role[] }>`
  /* readLiveSessions */
  select session.id as session_id, person.roles::text[] as roles
  from sessions session
  join users person on person.id = session.user_id
  where session.id = any(${sessionIds}::uuid[])
    and session.revoked_at is null
    and person.suspended_at is null`
