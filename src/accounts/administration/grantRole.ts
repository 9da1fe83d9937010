import type { Role } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockAccounts, readCredentials, setEmailVerified } from '../users.sql.ts'
import { replaceRoles } from './setRoles.ts'

/**
 * Grants one more role to an account and verifies its address, on behalf of the operator of the server: the way to the first administrator. Returns `had` if
 * the account had the role already, undefined if no account has the address.
 */
export async function grantRole(
  tx: Tx,
  { email, role }: { email: string; role: Role },
): Promise<'granted' | 'had' | undefined> {
  const account = await readCredentials(tx, { email: email.toLowerCase() })
  const [person] = account ? await lockAccounts(tx, { userIds: [account.id] }) : []
  if (!person) return undefined
  // The operator has chosen the address, and a server without a mail server could not prove that of its first administrator.
  await setEmailVerified(tx, { userId: person.id, at: person.now })
  if (person.roles.includes(role)) return 'had'
  const reason = 'Granted on the command line of the server.'
  await replaceRoles(tx, { person, roles: [...person.roles, role], actorId: null, reason })
  return 'granted'
}
