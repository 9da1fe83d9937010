/** Changes of payout readiness without a look-up: at a provider without onboarding, and by an administrator in the sandbox. */
import { recordAudit } from '../../audit/audit.ts'
import type { PayoutReadiness } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import { ForbiddenError, NotFoundError } from '../../domain/errors.ts'
import { notifyAccountObservers } from '../accountObservers.ts'
import { lockForAdministrator } from '../administration/lockForAdministrator.ts'
import { lockAccounts, setReadiness } from '../users.sql.ts'

/** Refuses a person whom the provider has rejected. */
export function refuseRejected(readiness: PayoutReadiness): void {
  if (readiness === 'REJECTED')
    throw new ForbiddenError('The payment provider has rejected this account for payouts. Contact customer service.')
}

/** Makes a person READY, at a provider that needs no data of them. Refuses a person whom the provider has rejected. */
export async function becomeReadyAtOnce(tx: Tx, { callerId }: { callerId: string }): Promise<void> {
  const [account] = await lockAccounts(tx, { userIds: [callerId] })
  if (!account) throw NotFoundError.of('usr', callerId)
  refuseRejected(account.payoutReadiness)
  if (account.payoutReadiness !== 'READY') await saveReadiness(tx, { userId: callerId, readiness: 'READY' })
}

/** Sets the readiness that the sandbox provider reports for a person. Refuses an unknown person. */
export async function setSandboxPayoutReadiness(
  tx: Tx,
  act: { adminId: string; userId: string; readiness: PayoutReadiness; requestId: string },
): Promise<void> {
  const { adminId, userId, readiness, requestId } = act
  const person = await lockForAdministrator(tx, { adminId, userId })
  const subject = { prefix: 'usr', id: userId } as const
  const action = `payout_readiness.${readiness.toLowerCase()}` as const
  await recordAudit(tx, { at: person.now, actorId: adminId, action, subject, requestId })
  await saveReadiness(tx, { userId, readiness })
}

async function saveReadiness(tx: Tx, change: { userId: string; readiness: PayoutReadiness }): Promise<void> {
  await setReadiness(tx, change)
  if (change.readiness === 'READY') await notifyAccountObservers('onPayable', tx, { userId: change.userId })
}
