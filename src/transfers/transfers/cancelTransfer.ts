import type { Tx } from '../../db/transaction.ts'
import { auditStaffAct, type StaffAct } from '../staffAct.ts'
import { cancelUnpaid } from './cancelUnpaid.ts'
import { lockTransferForStaff } from './lockTransferForStaff.ts'

/**
 * Cancels an unpaid transfer, by staff: net and fee are held again, and can only be refunded. Refuses, in this order: NotFoundError;
 * ForbiddenError (conflict of interest); TransferInDoubtError; IllegalTransitionError (also while it is being sent).
 */
export async function cancelTransfer(
  tx: Tx,
  { transferId, ...act }: StaffAct & { transferId: string },
): Promise<{ transferId: string }> {
  const locked = await lockTransferForStaff(tx, { transferId, caller: act.caller }, 'cancelTransfer')
  await cancelUnpaid(tx, locked, { actorId: act.caller.id, reason: act.reason })
  const subject = { prefix: 'trf', id: transferId } as const
  await auditStaffAct(tx, act, { action: 'transfer.canceled', subject, at: locked.at })
  return { transferId }
}
