/** Prepared statements become stale when a migration changes their columns, or when another client of a session drops them. */
import pg from 'pg'

// "cached plan must not change result type". This SQLSTATE has other meanings; the routine has not.
const FEATURE_NOT_SUPPORTED = '0A000'
const PLAN_CHECK = 'RevalidateCachedQuery'
// After `deallocate` or `discard` on the connection.
const INVALID_STATEMENT_NAME = '26000'

/** True if a statement failed only because it was prepared before. It has changed nothing, and succeeds on a new connection. */
export function isStale(failure: unknown): boolean {
  if (!(failure instanceof pg.DatabaseError)) return false
  return (
    failure.code === INVALID_STATEMENT_NAME ||
    (failure.code === FEATURE_NOT_SUPPORTED && failure.routine === PLAN_CHECK)
  )
}
