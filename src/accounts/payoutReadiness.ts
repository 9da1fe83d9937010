/** Whether the payment provider would pay somebody: what they do about it themselves, and what the sandbox is told. */
import type { PayoutReadiness } from '../db/generated/enums.ts'
import type { Tx } from '../db/transaction.ts'
import { ForbiddenError, NotFoundError } from '../domain/errors.ts'
import { tellAccountObservers } from './accountObservers.ts'
import { recordAudit } from './administration/audit.ts'
import { lockForAdministrator } from './administration/lockForAdministrator.ts'
import { lockAccounts, setReadiness } from './users.sql.ts'

/** Begins onboarding; the sandbox asks nothing, so it ends READY. Refuses somebody whom the provider has rejected. */
export async function startPayoutOnboarding(tx: Tx, { callerId }: { callerId: string }): Promise<void> {
  const [account] = await lockAccounts(tx, { userIds: [callerId] })
  if (!account) throw NotFoundError.of('usr', callerId)
  if (account.payoutReadiness === 'REJECTED')
    throw new ForbiddenError(
      'The payment provider has rejected this account for payouts. Ask customer service for help.',
    )
  if (account.payoutReadiness !== 'READY') await become(tx, { userId: callerId, readiness: 'READY' })
}

/** Says for the sandbox provider whether it would pay this person. Refuses an unknown one. */
export async function setSandboxPayoutReadiness(
  tx: Tx,
  act: { adminId: string; userId: string; readiness: PayoutReadiness; requestId: string },
): Promise<void> {
  const { adminId, userId, readiness, requestId } = act
  const person = await lockForAdministrator(tx, { adminId, userId })
  const subject = { prefix: 'usr', id: userId } as const
  const action = `payout_readiness.${readiness.toLowerCase()}` as const
  await recordAudit(tx, { at: person.now, actorId: adminId, action, subject, requestId })
  await become(tx, { userId, readiness })
}

async function become(tx: Tx, change: { userId: string; readiness: PayoutReadiness }): Promise<void> {
  await setReadiness(tx, change)
  if (change.readiness === 'READY') await tellAccountObservers('onPayable', tx, { userId: change.userId })
}
