/** The statements of runs. A worker names its attempt in each of its writes, so that one that lost its lease writes nothing more. */
import type { Reconciliation } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

/** A run that a worker has claimed. */
export interface ClaimedRun {
  id: string
  spanFrom: Date
  spanTo: Date
  attempt: number
  isNightly: boolean
  /** The clock at the claim: a difference that was last found before is no longer found. */
  claimedAt: Date
}

type NewRun = Pick<Reconciliation, 'id' | 'spanFrom' | 'spanTo' | 'startedAt' | 'startedById'>

/** Inserts a run, unless one is RUNNING over the same span; waits for a concurrent insertion. Returns the number of rows. */
export const insertRun = (tx: Tx, run: NewRun) => tx.run`
  /* insertRun */
  insert into reconciliations (id, span_from, span_to, status, started_at, started_by_id)
  values (${run.id}, ${run.spanFrom}, ${run.spanTo}, 'RUNNING', ${run.startedAt}, ${run.startedById})
  on conflict (span_from, span_to) where status = 'RUNNING' do nothing`

export const readRunningRun = (tx: Tx, { spanFrom, spanTo }: Pick<Reconciliation, 'spanFrom' | 'spanTo'>) =>
  tx.row<Pick<Reconciliation, 'id'>>`
  /* readRunningRun */
  select id
  from reconciliations
  where span_from = ${spanFrom}
    and span_to = ${spanTo}
    and status = 'RUNNING'`

/** Takes a run without a live lease, while no other run has one. */
export const claimRun = (tx: Tx, { id, leaseMs, attemptsMax }: { id: string; leaseMs: number; attemptsMax: number }) =>
  tx.row<ClaimedRun>`
  /* claimRun */
  update reconciliations
  set attempt_count = attempt_count + 1,
    lines_compared = 0,
    lease_until = clock_timestamp() + ${leaseMs}::integer * interval '1 millisecond'
  where id = ${id}
    and status = 'RUNNING'
    and attempt_count < ${attemptsMax}
    and (lease_until is null or lease_until <= clock_timestamp())
    and not exists (
      select
      from reconciliations other
      where other.status = 'RUNNING'
        and other.lease_until > clock_timestamp()
    )
  returning id, span_from, span_to, attempt_count as attempt, started_by_id is null as is_nightly, errand_now() as claimed_at`

/** Takes a run that has had all of its attempts, to end it. */
export const claimLostRun = (tx: Tx, { id, attemptsMax }: { id: string; attemptsMax: number }) => tx.row<ClaimedRun>`
  /* claimLostRun */
  update reconciliations
  set attempt_count = attempt_count + 1
  where id = ${id}
    and status = 'RUNNING'
    and attempt_count >= ${attemptsMax}
    and lease_until <= clock_timestamp()
  returning id, span_from, span_to, attempt_count as attempt, started_by_id is null as is_nightly, errand_now() as claimed_at`

/** Extends the lease and counts lines. Returns the clock; undefined if another worker has taken the run. */
export const extendLease = (
  tx: Tx,
  { id, attempt, lines, leaseMs }: Pick<ClaimedRun, 'id' | 'attempt'> & { lines: number; leaseMs: number },
) => tx.row<{ now: Date }>`
  /* extendLease */
  update reconciliations
  set lines_compared = lines_compared + ${lines}::integer,
    lease_until = clock_timestamp() + ${leaseMs}::integer * interval '1 millisecond'
  where id = ${id}
    and attempt_count = ${attempt}
    and status = 'RUNNING'
  returning errand_now() as now`

/** Ends a run. Returns the clock; undefined if another worker has taken it. */
export const endRun = (
  tx: Tx,
  { id, attempt, status }: Pick<ClaimedRun, 'id' | 'attempt'> & { status: 'DONE' | 'FAILED' },
) => tx.row<{ now: Date }>`
  /* endRun */
  update reconciliations
  set status = ${status}::reconciliation_status,
    finished_at = errand_now(),
    lease_until = null
  where id = ${id}
    and attempt_count = ${attempt}
    and status = 'RUNNING'
  returning finished_at as now`

/** Runs without a live lease: new ones, and those whose worker died. */
export const findRunsToContinue = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* findRunsToContinue */
  select id
  from reconciliations
  where status = 'RUNNING'
    and (lease_until is null or lease_until <= clock_timestamp())
  order by id
  limit ${limit}`

// A lease runs on real time, which the sandbox clock does not move: due now if there is none, else at no time of that clock.
export const nextRunToContinue = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextRunToContinue */
  select case when bool_or(lease_until is null or lease_until <= clock_timestamp()) then errand_now() end as at
  from reconciliations
  where status = 'RUNNING'`

export const nextNight = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextNight */
  select next_at as at
  from reconciliation_nights`

/** Locks the nightly run if it is due, and is not locked by another server. */
export const lockDueNight = (tx: Tx) => tx.row<{ through: Date; now: Date }>`
  /* lockDueNight */
  select through, errand_now() as now
  from reconciliation_nights
  where next_at <= errand_now()
  for update skip locked`

/** The nightly run is due at this time, or goes on if it is null. */
export const setNextNight = (tx: Tx, { at }: { at: Date | null }) => tx.run`
  /* setNextNight */
  update reconciliation_nights
  set next_at = ${at}`

/** The day up to `through` is reconciled. */
export const setNightDone = (tx: Tx, { through, nextAt }: { through: Date; nextAt: Date }) => tx.run`
  /* setNightDone */
  update reconciliation_nights
  set through = ${through},
    next_at = ${nextAt}`
