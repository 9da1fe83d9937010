import type { Role } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockAccounts, readCredentials } from '../users.sql.ts'
import { replaceRoles } from './setRoles.ts'

/**
 * Gives somebody who has signed up one more role, on behalf of whoever runs the server: that makes the first administrator.
 * Says whether they have it new; undefined when nobody has signed up with the address.
 */
export async function grantRole(
  tx: Tx,
  { email, role }: { email: string; role: Role },
): Promise<'granted' | 'had' | undefined> {
  const account = await readCredentials(tx, { email: email.toLowerCase() })
  const [person] = account ? await lockAccounts(tx, { userIds: [account.id] }) : []
  if (!person) return undefined
  if (person.roles.includes(role)) return 'had'
  const reason = 'Granted on the command line of the server.'
  await replaceRoles(tx, { person, roles: [...person.roles, role], actorId: null, reason })
  return 'granted'
}
