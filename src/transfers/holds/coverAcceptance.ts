import type { Tx } from '../../db/transaction.ts'
import type { Money } from '../../domain/money.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { requestRefund } from '../refunds/requestRefund.ts'
import { lockLiveHold } from './holds.sql.ts'

/**
 * Returns true if the held money covers the price of an acceptance. Refunds the excess in the same transaction; if the hold is
 * below the price, refunds all of it, because the poster then pays in the whole price. A PENDING payment covers nothing yet: its
 * amount is compared with the price when it arrives.
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
    const reason = isCovered ? 'More was held than the agreed price.' : 'Less was held than the agreed price.'
    await requestRefund(tx, { task, hold, amountMinor: excessMinor, reason, at, actorId })
  }
  return isCovered
}
