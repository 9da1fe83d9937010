/** Takes debts of a tasker out of a transfer that is about to be sent, where the operator has turned that on. */
import type { Transfer } from '../../db/generated/client.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { leastOf } from '../../domain/money.ts'
import { recordTransferEvent } from '../../events/recordEvent.ts'
import { postDebtNetted, postNettingUndone } from '../ledger/postings.ts'
import type { LockedTransfer } from '../transfers/lockTransfer.ts'
import { insertNetting, lockDebtor, readDebts, setNetted, undoNettings } from './debts.sql.ts'

// Each is two postings; further debts are taken out of the transfer after this one.
const DEBTS_MAX = 20
// The provider sends no transfer of nothing.
const LEAST_SENT_MINOR = 1n

/**
 * Nets the debts of the tasker against a locked transfer that was never sent, and returns the transfer. At least one minor unit is left to
 * send. The amount then stays, because the provider knows it from the first attempt on.
 */
export async function netDebts(tx: Tx, { task, transfer, at }: LockedTransfer): Promise<Transfer> {
  const { id: transferId, destinationId: userId, currency } = transfer
  await lockDebtor(tx, { userId })
  const debts = await readDebts(tx, { userId, currency, limit: DEBTS_MAX })
  let nettedMinor = transfer.nettedMinor
  for (const { taskId, debtTransferId, owedMinor } of debts) {
    const amountMinor = leastOf(owedMinor, transfer.netMinor - LEAST_SENT_MINOR - nettedMinor)
    if (amountMinor <= 0n) break
    const netting = { id: newId(), transferId, debtTransferId, taskId, amountMinor, createdAt: at }
    await insertNetting(tx, netting)
    await postDebtNetted(tx, { row: netting, transfer, at })
    nettedMinor += amountMinor
  }
  if (nettedMinor === transfer.nettedMinor) return transfer
  await setNetted(tx, { transferId, nettedMinor })
  await recordTransferEvent(tx, {
    type: 'transfer.debts_netted',
    transferId,
    taskId: task.id,
    before: transfer.status,
    after: transfer.status,
    at,
    actorId: null,
    recipientIds: [task.posterId, userId],
  })
  return { ...transfer, nettedMinor }
}

/** Restores the debts that were taken out of a locked transfer which is canceled. */
export async function undoNetting(tx: Tx, { transfer, at }: Pick<LockedTransfer, 'transfer' | 'at'>): Promise<void> {
  if (transfer.nettedMinor === 0n) return
  const undone = await undoNettings(tx, { transferId: transfer.id, at })
  await setNetted(tx, { transferId: transfer.id, nettedMinor: 0n })
  for (const netting of undone) await postNettingUndone(tx, { row: netting, transfer, at })
}
