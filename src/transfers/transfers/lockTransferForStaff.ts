import type { Tx } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { TransferInDoubtError } from '../errors.ts'
import { refuseOwnMatter, type StaffAct } from '../staffAct.ts'
import { type LockedTransfer, lockTransfer } from './lockTransfer.ts'
import { refuseUnlessTransferAllows, type TransferOperation } from './transferStatus.ts'

/**
 * Locks a transfer for an action of staff. Refuses, in this order: NotFoundError; ForbiddenError (conflict of interest);
 * TransferInDoubtError (unless the action resolves the doubt); IllegalTransitionError.
 */
export async function lockTransferForStaff(
  tx: Tx,
  { transferId, caller }: { transferId: string } & Pick<StaffAct, 'caller'>,
  action: TransferOperation,
): Promise<LockedTransfer> {
  const locked = await lockTransfer(tx, { transferId })
  if (!locked) throw NotFoundError.of('trf', transferId)
  const { task, transfer } = locked
  await refuseOwnMatter(tx, task, caller)
  if (transfer.status === 'IN_DOUBT' && action !== 'resolveInDoubtTransfer') throw new TransferInDoubtError(transferId)
  refuseUnlessTransferAllows(transfer.status, action)
  return locked
}
