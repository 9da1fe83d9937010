import { recordAudit } from '../audit/audit.ts'
import { readClock } from '../db/clock.ts'
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { ValidationError } from '../domain/errors.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { insertRun, readRunningRun } from './reconciliations.sql.ts'

// A run that is found and ends before it is read: once is possible, three times in a row is a defect.
const TRIES_MAX = 3

interface Start {
  from: Date
  to: Date
  caller: Caller
  requestId: string
}

/**
 * Staff start a reconciliation; a worker runs it after the commit. If one is RUNNING over exactly this span, it is returned instead.
 * Refuses a span that ends in the future with ValidationError.
 */
export async function startReconciliation(
  tx: Tx,
  { from: spanFrom, to: spanTo, caller, requestId }: Start,
): Promise<{ reconciliationId: string }> {
  const startedAt = await readClock(tx)
  if (spanTo > startedAt) {
    throw new ValidationError([{ path: ['input', 'to'], message: 'This is in the future. Reconcile the past.' }])
  }
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const id = newId()
    if ((await insertRun(tx, { id, spanFrom, spanTo, startedAt, startedById: caller.id })) > 0) {
      const subject = { prefix: 'rcn' as const, id }
      await recordAudit(tx, { at: startedAt, actorId: caller.id, action: 'reconciliation.started', subject, requestId })
      await enqueue(tx, { task: 'runReconciliation', id })
      return { reconciliationId: id }
    }
    const running = await readRunningRun(tx, { spanFrom, spanTo })
    if (running) return { reconciliationId: running.id }
  }
  throw new Error('A reconciliation of the same span ends and begins all the time.')
}
