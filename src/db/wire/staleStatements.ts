/** What a connection has prepared may be worth nothing any more, because a migration or somebody else has changed what it means. */
import pg from 'pg'

// A prepared statement whose columns have changed fails with "cached plan must not change result type". The SQLSTATE alone says
// only that something is not supported.
const FEATURE_NOT_SUPPORTED = '0A000'
const PLAN_CHECK = 'RevalidateCachedQuery'
// There is no prepared statement of that name: `deallocate` or `discard` has run on the connection.
const INVALID_STATEMENT_NAME = '26000'

/** Whether a statement failed only because it was prepared before. Nothing was done by it: prepared again, it runs. */
export function isStale(failure: unknown): boolean {
  if (!(failure instanceof pg.DatabaseError)) return false
  return (
    failure.code === INVALID_STATEMENT_NAME ||
    (failure.code === FEATURE_NOT_SUPPORTED && failure.routine === PLAN_CHECK)
  )
}
