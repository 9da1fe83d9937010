/** The statements that move the sandbox's clock. They run on the connection that holds its lock: without the lock, no move. */
import type { Statements } from '../db/statements.ts'

// One number for all servers on a database; the migrations and the numberer of events have their own beside it.
const CLOCK_LOCK = 72_707_371

export async function tryClockLock(connection: Statements): Promise<boolean> {
  const row = await connection.row<{ locked: boolean }>`
    /* tryClockLock */
    select pg_try_advisory_lock(${CLOCK_LOCK}::bigint) as locked`
  return row?.locked ?? false
}

export const releaseClockLock = (connection: Statements) => connection.run`
  /* releaseClockLock */
  select pg_advisory_unlock(${CLOCK_LOCK}::bigint)`

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
