import type { Hold } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { undoNetting } from '../debts/netDebts.ts'
import { unreleaseToHold } from '../holds/holdMoney.ts'
import { postTransferCanceled } from '../ledger/postings.ts'
import { changeTransfer } from './changeTransfer.ts'
import type { LockedTransfer } from './lockTransfer.ts'
import { canceled } from './transferSteps.ts'

/** Cancels a locked transfer that was not paid: net and fee are held again, and debts that were taken out of it are owed again. */
export async function cancelUnpaid(
  tx: Tx,
  locked: LockedTransfer,
  author: { actorId: string | null; reason: string },
): Promise<Hold> {
  const { hold, transfer, at } = locked
  await undoNetting(tx, locked)
  await changeTransfer(tx, locked, canceled(transfer), author)
  const held = await unreleaseToHold(tx, hold, transfer.grossMinor)
  await postTransferCanceled(tx, { row: transfer, at })
  return held
}
