/** Statements of the sandbox's clock. The connection that moves the clock holds its lock. */
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

// Key of an advisory lock that all servers on a database share. Migrations and the sequencer use neighboring keys.
const CLOCK_LOCK = 72_707_371
// Shared by sweeps while they run timers, exclusive for the clock while it moves.
const SWEEP_LOCK = 72_707_373

export async function tryClockLock(connection: Statements): Promise<boolean> {
  const row = await connection.row<{ locked: boolean }>`
    /* tryClockLock */
    select pg_try_advisory_lock(${CLOCK_LOCK}::bigint) as locked`
  return row?.locked ?? false
}

/** True if a server moves the clock or is about to. */
export async function isClockMoving(database: Statements): Promise<boolean> {
  const row = await database.row<{ isMoving: boolean }>`
    /* isClockMoving */
    select not pg_try_advisory_xact_lock_shared(${CLOCK_LOCK}::bigint) as is_moving`
  return row?.isMoving ?? false
}

/** Locks until the transaction ends. */
export async function tryToShareSweepLock(connection: Statements): Promise<boolean> {
  const row = await connection.row<{ locked: boolean }>`
    /* tryToShareSweepLock */
    select pg_try_advisory_xact_lock_shared(${SWEEP_LOCK}::bigint) as locked`
  return row?.locked ?? false
}

export async function trySweepLock(connection: Statements): Promise<boolean> {
  const row = await connection.row<{ locked: boolean }>`
    /* trySweepLock */
    select pg_try_advisory_lock(${SWEEP_LOCK}::bigint) as locked`
  return row?.locked ?? false
}

export const releaseClockLocks = (connection: Statements) => connection.run`
  /* releaseClockLocks */
  select pg_advisory_unlock(${SWEEP_LOCK}::bigint), pg_advisory_unlock(${CLOCK_LOCK}::bigint)`

/** Has all reads of the transaction see one snapshot. Must be its first statement. */
export const takeSnapshot = (tx: Tx) => tx.run`
  /* takeSnapshot */
  set transaction isolation level repeatable read, read only`

/** The clock's distance from real time after a move by `byMs`. */
export async function readGoal(connection: Statements, { byMs }: { byMs: number }): Promise<string> {
  const row = await connection.row<{ goal: string }>`
    /* readGoal */
    select (ahead_by + make_interval(secs => ${byMs / 1000}::float8))::text as goal
    from sandbox.clock`
  if (!row) throw new Error('The table sandbox.clock has no row.')
  return row.goal
}

/** Moves the clock to the earlier of `to` and the goal, and never back. Returns true if the goal is reached. */
export async function moveClock(
  connection: Statements,
  { to, goal }: { to: Date | null; goal: string },
): Promise<boolean> {
  const row = await connection.row<{ reached: boolean }>`
    /* moveClock */
    update sandbox.clock
    set ahead_by = greatest(ahead_by, least(${goal}::interval, ${to}::timestamptz - clock_timestamp()))
    returning ahead_by >= ${goal}::interval as reached`
  return row?.reached ?? true
}
