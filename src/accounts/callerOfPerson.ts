import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'
import { readRights } from './users.sql.ts'

/**
 * Returns a person with their current roles, without a session, for work that reads on their behalf; null if the account does not exist
 * or is suspended.
 */
export async function callerOfPerson(database: Statements, { userId }: { userId: string }): Promise<Caller | null> {
  const rights = await readRights(database, { userId })
  return rights ? { id: userId, sessionId: '', ...rights } : null
}
