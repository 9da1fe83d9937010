/** The statements that move the sandbox's clock. They run on the connection that holds its lock: without the lock, no move. */
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

// One number for all servers on a database; the migrations and the sequencer of events have their own beside it.
const CLOCK_LOCK = 72_707_371
// Shared by the sweeps while they run timers; the clock has it alone while it moves.
const SWEEP_LOCK = 72_707_373

export async function tryClockLock(connection: Statements): Promise<boolean> {
  const row = await connection.row<{ locked: boolean }>`
    /* tryClockLock */
    select pg_try_advisory_lock(${CLOCK_LOCK}::bigint) as locked`
  return row?.locked ?? false
}

/** Whether some server moves the clock now, or is about to. */
export async function isClockMoving(database: Statements): Promise<boolean> {
  const row = await database.row<{ isMoving: boolean }>`
    /* isClockMoving */
    select not pg_try_advisory_xact_lock_shared(${CLOCK_LOCK}::bigint) as is_moving`
  return row?.isMoving ?? false
}

/** Until the transaction ends. */
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

/** As the first statement of a transaction: all that it reads is of one moment. */
export const takeSnapshot = (tx: Tx) => tx.run`
  /* takeSnapshot */
  set transaction isolation level repeatable read, read only`

/** How far ahead of real time the clock will be when it has moved by this much more. */
export async function readGoal(connection: Statements, { byMs }: { byMs: number }): Promise<string> {
  const row = await connection.row<{ goal: string }>`
    /* readGoal */
    select (ahead_by + make_interval(secs => ${byMs / 1000}::float8))::text as goal
    from sandbox.clock`
  if (!row) throw new Error('The sandbox has lost its clock.')
  return row.goal
}

/** Moves the clock to this moment, or to the goal when that comes first or no moment is given; never back. Says whether the goal is reached. */
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
