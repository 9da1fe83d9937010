import { type PublicId, parsePublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { NotFoundError } from '../domain/errors.ts'
import { actsAsStaff } from '../tasks/actsAsStaff.ts'
import { refuseUnlessVisible } from '../tasks/lockTask.ts'
import { findTransfer } from '../transfers/transfers/findTransfer.ts'
import type { Topic } from './addTopic.ts'
import { readPartiesOfDispute } from './topics.sql.ts'

/** Returns the task, transfer or dispute with this public id. Refuses with NotFoundError what the caller may not see. */
export async function findTopic(
  tx: Tx,
  { aboutId, caller }: { aboutId: PublicId | undefined; caller: Caller },
): Promise<Topic | undefined> {
  if (aboutId === undefined) return undefined
  const parsed = parsePublicId(aboutId)
  const id = parsed?.uuid ?? ''
  switch (parsed?.type) {
    case 'Task':
      await refuseUnlessVisible(tx, { taskId: id, caller })
      return { taskId: id, transferId: null, disputeId: null }
    case 'Transfer': {
      const { taskId } = await findTransfer(tx, { transferId: id, caller })
      return { taskId, transferId: id, disputeId: null }
    }
    case 'Dispute': {
      const { taskId } = await findDispute(tx, { disputeId: id, caller })
      return { taskId, transferId: null, disputeId: id }
    }
    default:
      throw new NotFoundError(aboutId)
  }
}

/** Applies the condition of `visibleDisputes` to a dispute, but for agents, who ask about nothing of their customers. */
async function findDispute(
  tx: Tx,
  { disputeId, caller }: { disputeId: string; caller: Caller },
): Promise<{ taskId: string }> {
  const dispute = await readPartiesOfDispute(tx, { disputeId })
  if (!dispute) throw NotFoundError.of('dsp', disputeId)
  const { taskId, taskerId, posterId } = dispute
  const isParty = taskerId === caller.id || posterId === caller.id
  if (!isParty && !(await actsAsStaff(tx, { taskId, caller }))) throw NotFoundError.of('dsp', disputeId)
  return { taskId }
}
