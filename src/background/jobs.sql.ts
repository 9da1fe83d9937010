/** Statements on the tables of graphile-worker. */
import type { Statements } from '../db/statements.ts'

// First half of the advisory lock that a worker holds while it lives. The second half is the hash of its name.
const WORKER_LOCK = 72_707_372

/** The number of jobs that a worker has taken. */
export async function countRunningJobs(database: Statements): Promise<number> {
  const row = await database.row<{ running: number }>`
    /* countRunningJobs */
    select count(*)::integer as running
    from graphile_worker.jobs
    where locked_at is not null`
  return row?.running ?? 0
}

/** The numbers of jobs that are due but not taken, and that were given up after their last attempt. */
export const countWaitingJobs = (database: Statements) => database.row<{ due: number; failed: number }>`
  /* countWaitingJobs */
  select
    count(*) filter (where attempts < max_attempts and run_at <= now())::integer as due,
    count(*) filter (where attempts >= max_attempts)::integer as failed
  from graphile_worker.jobs
  where locked_at is null`

/** Locks until the connection ends, which is at the end of the process at the latest. */
export const lockWorkerName = (connection: Statements, { name }: { name: string }) => connection.run`
  /* lockWorkerName */
  select pg_advisory_lock(${WORKER_LOCK}::integer, hashtext(${name}))`

/**
 * Unlocks the jobs of workers whose lock is free. A worker takes its first job a moment before its lock, so jobs that were taken in
 * the last ten seconds are left alone.
 */
export const unlockJobsOfDeadWorkers = (database: Statements) => database.run`
  /* unlockJobsOfDeadWorkers */
  with holders as materialized (
    select distinct locked_by
    from graphile_worker.jobs
    where locked_at < now() - interval '10 seconds'
  ),
  dead as materialized (
    select locked_by
    from holders
    where pg_try_advisory_xact_lock(${WORKER_LOCK}::integer, hashtext(locked_by))
  )
  select graphile_worker.force_unlock_workers(array_agg(locked_by))
  from dead
  having count(*) > 0`
