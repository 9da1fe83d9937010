/** The payments of a task, here and at the provider. */
import assert from 'node:assert/strict'
import type { Database } from '../../src/db/client.ts'
import { fromPublicId, type IdPrefix, toPublicId } from '../support/publicIds.ts'

const SETTLED: ReadonlySet<string> = new Set(['HELD', 'RELEASED', 'REFUNDED', 'SUCCEEDED', 'REVERSED'])

export interface Payment {
  /** The API id: the provider's reference. */
  reference: string
  isSettled: boolean
}

/** Returns the holds, transfers, reversals and refunds of a task. */
export async function paymentsOf(database: Database, taskId: string): Promise<Payment[]> {
  const uuid = fromPublicId('tsk', taskId)
  const rows = await database.rows<{ prefix: IdPrefix; id: string; status: string }>`
    /* trialPayments */
    select 'hld' as prefix, id, status::text from holds where task_id = ${uuid}
    union all
    select 'trf', id, status::text from transfers where task_id = ${uuid}
    union all
    select 'rvs', id, status::text from reversals where task_id = ${uuid}
    union all
    select 'rfd', id, status::text from refunds where task_id = ${uuid}`
  return rows.map(({ prefix, id, status }) => ({ reference: toPublicId(prefix, id), isSettled: SETTLED.has(status) }))
}

/** A movement in the provider's own book. */
export interface Movement {
  kind: string
  amountMinor: bigint
  ourReference: string
}

/** Returns the movements at the sandbox for these payments. */
export const sandboxMovements = (database: Database, payments: readonly Payment[]): Promise<Movement[]> =>
  database.rows<Movement>`
    /* trialMovements */
    select kind, amount_minor, our_reference
    from sandbox.movements
    where our_reference = any(${payments.map(({ reference }) => reference)}::text[])`

/** Returns the texts of the movements, such as `charge 5000`, in their order. Each payment has exactly one. */
export function textsOf(movements: readonly Movement[], payments: readonly Payment[]): string[] {
  const moved = movements.map(({ ourReference }) => ourReference).sort()
  assert.deepEqual(moved, payments.map(({ reference }) => reference).sort(), 'one movement for each payment')
  return movements.map(({ kind, amountMinor }) => `${kind} ${amountMinor}`).sort()
}

/** Returns the texts of the movements at the sandbox for these payments. */
export const movementsOf = async (database: Database, payments: readonly Payment[]): Promise<string[]> =>
  textsOf(await sandboxMovements(database, payments), payments)
