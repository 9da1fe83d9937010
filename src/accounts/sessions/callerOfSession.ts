import type { Statements } from '../../db/statements.ts'
import type { Caller } from '../../domain/caller.ts'
import { readLiveSession } from './sessions.sql.ts'

/** The person whose session it is, with the roles that they have now; null when the session or the account has ended. */
export async function callerOfSession(
  database: Statements,
  { sessionId }: { sessionId: string },
): Promise<Caller | null> {
  const session = await readLiveSession(database, { sessionId })
  return session ? { id: session.userId, roles: session.roles, sessionId } : null
}
