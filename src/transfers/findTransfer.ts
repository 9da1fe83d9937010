import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { NotFoundError } from '../domain/errors.ts'
import { seesEveryPenny } from './moneyVisibility.ts'
import { readPartiesOfTransfer } from './transfers.sql.ts'

/** The task of a transfer that the caller may see. Refuses with NotFoundError. */
export async function findTransfer(
  tx: Tx,
  { transferId, caller }: { transferId: string; caller: Caller },
): Promise<{ taskId: string }> {
  const transfer = await readPartiesOfTransfer(tx, { transferId })
  const isOwn = transfer && (transfer.destinationId === caller.id || transfer.posterId === caller.id)
  if (!transfer || !(isOwn || seesEveryPenny(caller))) throw NotFoundError.of('trf', transferId)
  return { taskId: transfer.taskId }
}
