import type { Tx } from '../../db/transaction.ts'
import type { Money } from '../../domain/money.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { requestRefund } from '../refunds/requestRefund.ts'
import { lockLiveHold } from './holds.sql.ts'

/**
 * Whether the money that is held covers the price at which somebody is being accepted. What is held above the price goes back
 * in the same transaction; what is held below it goes back whole, and the poster pays in the whole price instead. A payment that
 * is still open covers nothing yet: it is compared when it comes.
 */
export async function coverAcceptance(
  tx: Tx,
  { task, price, at, actorId }: { task: LockedTask; price: Money; at: Date; actorId: string | null },
): Promise<boolean> {
  const hold = await lockLiveHold(tx, { taskId: task.id })
  if (hold?.status !== 'HELD') return false
  const isCovered = hold.remainingMinor >= price.minorUnits
  const excessMinor = isCovered ? hold.remainingMinor - price.minorUnits : hold.remainingMinor
  if (excessMinor > 0n) {
    const reason = isCovered ? 'More was held than the price agreed.' : 'Less was held than the price agreed.'
    await requestRefund(tx, { task, hold, amountMinor: excessMinor, reason, at, actorId })
  }
  return isCovered
}
