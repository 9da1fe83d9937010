import type { TaskStatus } from '../db/generated/enums.ts'
import type { Tx } from '../db/transaction.ts'
import { leaveDispute } from '../disputes/leaveDispute.ts'
import { decidersOf } from '../tasks/decidersOf.ts'
import { endUnpaidTask } from '../tasks/endUnpaidTask.ts'
import { thawHold } from '../transfers/holds/freezeHold.ts'
import { postChargebackDebt, postChargebackFee, postChargebackLost } from '../transfers/ledger/postings.ts'
import { hasPaymentsInFlight, passOnRest, takeLoss } from '../transfers/losses/takeLoss.ts'
import { AT_REST, lookUpSoonAt } from './chargebackStatus.ts'
import { saveChargeback } from './chargebacks.sql.ts'
import type { LockedChargeback } from './lockChargeback.ts'
import { recordChargebackEvent } from './recordChargebackEvent.ts'

const IN_WORK: ReadonlySet<TaskStatus> = new Set(['ASSIGNED', 'SUBMITTED', 'DISPUTED'])
const REASON = "The payer's bank took the payment back."

/**
 * Books a lost chargeback. It takes what is held and what waits to leave the hold; the rest is a loss of the platform, of which the tasker
 * owes the part that they were paid. The platform bears the provider's fee. A task in work for which nothing is left is canceled.
 * While the outcome of a payment of the hold is open, the chargeback stays open and its hold frozen, and it is looked up again soon.
 */
export async function loseChargeback(tx: Tx, locked: LockedChargeback): Promise<void> {
  const { task, hold: frozen, chargeback, at } = locked
  if (await hasPaymentsInFlight(tx, { holdId: frozen.id })) {
    await saveChargeback(tx, { ...chargeback, askAt: lookUpSoonAt(at) })
    return
  }
  const taken = await takeLoss(tx, { task, hold: frozen, amountMinor: chargeback.amountMinor, at })
  const lost = {
    ...chargeback,
    ...AT_REST,
    status: 'LOST' as const,
    closedAt: at,
    askAt: null,
    fromHoldMinor: taken.fromHoldMinor,
    debtMinor: taken.debt?.amountMinor ?? 0n,
    debtTransferId: taken.debt?.transferId ?? null,
  }
  await saveChargeback(tx, lost)
  await postChargebackLost(tx, { row: lost, at })
  const { providerFeeMinor: minorUnits, providerFeeCurrency: currencyCode } = lost
  if (minorUnits && currencyCode) await postChargebackFee(tx, { row: lost, fee: { minorUnits, currencyCode }, at })
  if (taken.debt) await postChargebackDebt(tx, { row: lost, debtorId: taken.debt.debtorId, at })
  const isWorkUnpaid = IN_WORK.has(task.status) && frozen.supersededAt === null && taken.hold.remainingMinor === 0n
  if (isWorkUnpaid) {
    if (task.status === 'DISPUTED') await leaveDispute(tx, { task })
    await endUnpaidTask(tx, { task, reason: REASON, others: await decidersOf(tx, { taskId: task.id }) })
  } else await recordChargebackEvent(tx, { ...locked, chargeback: lost }, 'task.chargeback_lost', { reason: REASON })
  const hold = await thawHold(tx, { hold: taken.hold, at })
  await passOnRest(tx, { task, hold, recalled: taken.recalled, at })
}
