import { recordAudit } from '../audit/audit.ts'
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { ValidationError } from '../domain/errors.ts'
import { insertFeeRule, lockFeeRules, readLastFeeRule } from './feeRules.sql.ts'

// "Now" of a client has passed when its request arrives, and its clock may be behind ours.
const PRESENT_MS = 60_000

/**
 * An administrator sets the next version of the fee. It is in force from its time until a rule with a later start; of several with one
 * start, the last version counts, so a rule that is not in force yet can be replaced. Tasks that were accepted before keep their rule.
 * Refuses with ValidationError a start more than a minute ago; one within that minute is now.
 */
export async function setFeeRule(
  tx: Tx,
  {
    adminId,
    effectiveFrom,
    reason,
    requestId,
    ...terms
  }: {
    adminId: string
    basisPoints: number
    least: string
    effectiveFrom: Date
    reason: string
    requestId: string
  },
): Promise<{ feeRuleId: string }> {
  // Pipelined: the read after the lock sees the rules that the lock waited for, and the time is after all checked acceptances.
  const [, last] = await Promise.all([lockFeeRules(tx), readLastFeeRule(tx)])
  if (!last) throw new Error('The fee rules returned no row.')
  const at = last.now
  if (effectiveFrom.getTime() < at.getTime() - PRESENT_MS) {
    const message = 'This is in the past. Send the present time or a later one.'
    throw new ValidationError([{ path: ['input', 'effectiveFrom'], message }])
  }
  const id = newId()
  // After the millisecond in which an acceptance before the lock may have been.
  const earliest = new Date(at.getTime() + 1)
  const start = effectiveFrom > earliest ? effectiveFrom : earliest
  await insertFeeRule(tx, { ...terms, id, version: last.version + 1, effectiveFrom: start, setById: adminId, at })
  const subject = { prefix: 'fee', id } as const
  await recordAudit(tx, { at, actorId: adminId, action: 'fee_rule.set', subject, reason, requestId })
  return { feeRuleId: id }
}
