import type { Statements } from '../../db/statements.ts'
import type { Caller } from '../../domain/caller.ts'
import { callerOfAccessTokenId } from '../accessTokens/callerOfAccessToken.ts'
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

/** The same for the viewer of a link, which may have been made for a request by a personal access token. */
export async function callerOfLink(
  database: Statements,
  link: { sessionId: string; staffNeedsSecondFactor: boolean },
): Promise<Caller | null> {
  const { sessionId: id, staffNeedsSecondFactor } = link
  return (await callerOfSession(database, link)) ?? callerOfAccessTokenId(database, { id, staffNeedsSecondFactor })
}
