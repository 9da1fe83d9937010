import type { Tx } from '../../db/transaction.ts'
import { enqueue } from '../../jobs/enqueue.ts'
import { HoldFrozenError, PayoutNotReadyError } from '../errors.ts'
import { auditStaffAct, type StaffAct } from '../staffAct.ts'
import { changeTransfer } from './changeTransfer.ts'
import { lockTransferForStaff } from './lockTransferForStaff.ts'
import { retried } from './transferSteps.ts'
import { lockPayee } from './transfers.sql.ts'

/**
 * Retries a FAILED transfer at once, by staff; its schedule of retries begins from the start. Refuses, in this order: NotFoundError;
 * ForbiddenError (conflict of interest); TransferInDoubtError; IllegalTransitionError; HoldFrozenError; PayoutNotReadyError, also
 * while the tasker is suspended.
 */
export async function retryTransfer(
  tx: Tx,
  { transferId, ...act }: StaffAct & { transferId: string },
): Promise<{ transferId: string }> {
  const locked = await lockTransferForStaff(tx, { transferId, caller: act.caller }, 'retryTransfer')
  const { hold, transfer, at } = locked
  if (hold.frozen) throw new HoldFrozenError(hold)
  const payee = await lockPayee(tx, { userId: transfer.destinationId })
  if (!payee) throw new Error('The tasker no longer exists.')
  if (payee.payoutReadiness !== 'READY' || payee.suspendedAt) throw new PayoutNotReadyError(payee.payoutReadiness)
  await changeTransfer(tx, locked, retried(transfer, { at }), { actorId: act.caller.id, reason: act.reason })
  await auditStaffAct(tx, act, { action: 'transfer.retried', subject: { prefix: 'trf', id: transferId }, at })
  await enqueue(tx, { task: 'sendTransfer', id: transferId })
  return { transferId }
}
