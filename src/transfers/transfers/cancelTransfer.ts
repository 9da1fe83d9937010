import type { Tx } from '../../db/transaction.ts'
import { unreleaseToHold } from '../holds/holdMoney.ts'
import { postTransferCanceled } from '../ledger/postings.ts'
import { auditStaffAct, type StaffAct } from '../staffAct.ts'
import { changeTransfer } from './changeTransfer.ts'
import { lockTransferForStaff } from './lockTransferForStaff.ts'
import { canceled } from './transferSteps.ts'

/**
 * Cancels an unpaid transfer, by staff: net and fee are held again, and can only be refunded. Refuses, in this order: NotFoundError;
 * ForbiddenError (conflict of interest); TransferInDoubtError; IllegalTransitionError (also while it is being sent).
 */
export async function cancelTransfer(
  tx: Tx,
  { transferId, ...act }: StaffAct & { transferId: string },
): Promise<{ transferId: string }> {
  const locked = await lockTransferForStaff(tx, { transferId, caller: act.caller }, 'cancelTransfer')
  const { hold, transfer, at } = locked
  await changeTransfer(tx, locked, canceled(transfer), { actorId: act.caller.id, reason: act.reason })
  await unreleaseToHold(tx, hold, transfer.grossMinor)
  await postTransferCanceled(tx, { row: transfer, at })
  await auditStaffAct(tx, act, { action: 'transfer.canceled', subject: { prefix: 'trf', id: transferId }, at })
  return { transferId }
}
