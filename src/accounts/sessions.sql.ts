import type { Role } from '../db/generated/enums.ts'
import type { Statements } from '../db/statements.ts'

/** The session and its person, when both are in good standing. */
export const readLiveSession = (database: Statements, { sessionId }: { sessionId: string }) => database.row<{
  userId: string
  roles: Role[]
}>`
  /* readLiveSession */
  select person.id as user_id, person.roles::text[] as roles
  from sessions session
  join users person on person.id = session.user_id
  where session.id = ${sessionId}
    and session.revoked_at is null
    and person.suspended_at is null`
