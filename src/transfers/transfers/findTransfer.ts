import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { actsAsStaff } from '../../tasks/actsAsStaff.ts'
import { readPartiesOfTransfer } from './transfers.sql.ts'

/** Returns the task of a transfer that the caller may see. Refuses with NotFoundError. */
export async function findTransfer(
  tx: Tx,
  { transferId, caller }: { transferId: string; caller: Caller },
): Promise<{ taskId: string }> {
  const transfer = await readPartiesOfTransfer(tx, { transferId })
  if (!transfer) throw NotFoundError.of('trf', transferId)
  const { taskId, destinationId, posterId } = transfer
  const isOwn = destinationId === caller.id || posterId === caller.id
  if (!isOwn && !(await actsAsStaff(tx, { taskId, caller }))) throw NotFoundError.of('trf', transferId)
  return { taskId }
}
