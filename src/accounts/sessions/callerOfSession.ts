import type { Statements } from '../../db/statements.ts'
import type { Caller } from '../../domain/caller.ts'
import { callerOf } from './callerOf.ts'
import { readLiveSession } from './sessions.sql.ts'

/** Returns the person of a session with their current roles; null if the session has ended or the account is suspended. */
export async function callerOfSession(
  database: Statements,
  { sessionId, staffNeedsSecondFactor }: { sessionId: string; staffNeedsSecondFactor: boolean },
): Promise<Caller | null> {
  const session = await readLiveSession(database, { sessionId })
  return session ? callerOf(sessionId, session, { staffNeedsSecondFactor }) : null
}
