import { recordAudit } from '../audit/audit.ts'
import { readClock } from '../db/clock.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { ForbiddenError, NotFoundError } from '../domain/errors.ts'
import { refuseOwnMatter } from '../transfers/staffAct.ts'
import { lockDifference, setSettled } from './differences.sql.ts'

interface Settlement {
  differenceId: string
  note: string
  caller: Caller
  requestId: string
}

/**
 * Staff settle a difference with a note: later runs that find it again do not open it again. A difference that had settled itself
 * may get a note, too. Refuses, in this order: NotFoundError; ForbiddenError (conflict of interest, or a person has settled it).
 */
export async function settleDifference(
  tx: Tx,
  { differenceId, note, caller, requestId }: Settlement,
): Promise<{ differenceId: string }> {
  const difference = await lockDifference(tx, { differenceId })
  if (!difference) throw NotFoundError.of('rcd', differenceId)
  if (difference.taskId !== null) await refuseOwnMatter(tx, { id: difference.taskId }, caller)
  if (difference.settledById !== null) {
    throw new ForbiddenError('A member of staff has settled this difference. Their note is never changed.')
  }
  const at = await readClock(tx)
  await setSettled(tx, { differenceId, at, settledById: caller.id, note })
  const subject = { prefix: 'rcd' as const, id: differenceId }
  await recordAudit(tx, { at, actorId: caller.id, action: 'difference.settled', subject, reason: note, requestId })
  return { differenceId }
}
