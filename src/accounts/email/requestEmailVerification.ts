import { recordAudit } from '../../audit/audit.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { UnauthenticatedError } from '../../domain/errors.ts'
import { lockAccounts } from '../users.sql.ts'
import { mailToken } from './emailTokens.ts'

/** Mails a new link that proves the address of the caller; earlier links end. Does nothing if the address is proved already. */
export async function requestEmailVerification(
  tx: Tx,
  { caller, authSecret, requestId }: { caller: Caller; authSecret: Uint8Array; requestId: string },
): Promise<void> {
  const [account] = await lockAccounts(tx, { userIds: [caller.id] })
  if (!account) throw new UnauthenticatedError()
  if (account.emailVerifiedAt) return
  const { id, email, now: at } = account
  await mailToken(tx, { purpose: 'VERIFY_EMAIL', person: account, address: email, authSecret, at })
  const subject = { prefix: 'usr', id } as const
  await recordAudit(tx, { at, actorId: id, action: 'user.email_verification_requested', subject, requestId })
}
