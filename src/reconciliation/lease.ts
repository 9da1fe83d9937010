/**
 * The lease of a worker on a run, in real time, extended with each page. Once it has expired, another worker takes the run and begins
 * again at the first line, which finds the same differences again.
 */
import type { Tx } from '../db/transaction.ts'
import { type ClaimedRun, extendLease } from './reconciliations.sql.ts'

/** Six times the provider's time-out: a page takes one answer of the provider and a transaction. */
export const LEASE_MS = 60_000

/** Another worker has taken the run, or has ended it. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** Extends the lease and counts lines, in the transaction of their page. Returns the clock. Throws LeaseLost. */
export async function keepLease(tx: Tx, { id, attempt }: ClaimedRun, lines = 0): Promise<Date> {
  const kept = await extendLease(tx, { id, attempt, lines, leaseMs: LEASE_MS })
  if (!kept) throw new LeaseLost(`Another worker has taken the reconciliation ${id}.`)
  return kept.now
}
