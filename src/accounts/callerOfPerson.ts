import type { Role } from '../db/generated/enums.ts'
import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'
import { readRights } from './users.sql.ts'

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
  const isWithheld = (role: Role) => staffNeedsSecondFactor && role !== 'USER' && !rights.hasSecondFactor
  return {
    ...rights,
    id: userId,
    roles: rights.roles.filter((role) => !isWithheld(role)),
    withheldRoles: rights.roles.filter(isWithheld),
    sessionId: '',
    provenAt: null,
  }
}
