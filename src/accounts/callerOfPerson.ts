import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'
import { readRights } from './users.sql.ts'
import { withholdStaffRoles } from './withholdStaffRoles.ts'

/**
 * Returns a person with their current roles, without a session, for work that reads on their behalf; null if the account does not exist
 * or is suspended. Where staff needs a second factor, a person without one has the rights of ordinary people only.
 */
export async function callerOfPerson(
  database: Statements,
  { userId, staffNeedsSecondFactor }: { userId: string; staffNeedsSecondFactor: boolean },
): Promise<Caller | null> {
  const rights = await readRights(database, { userId })
  if (!rights) return null
  const { roles, isVerified, hasSecondFactor } = rights
  return {
    id: userId,
    ...withholdStaffRoles(roles, staffNeedsSecondFactor && !hasSecondFactor),
    sessionId: '',
    isVerified,
    hasSecondFactor,
    provenAt: null,
  }
}
