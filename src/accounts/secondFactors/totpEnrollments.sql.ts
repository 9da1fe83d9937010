// Enrollments live on real time, like sessions.

import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

/** Replaces an earlier enrollment of the person. */
export const upsertTotpEnrollment = (
  tx: Tx,
  enrollment: { userId: string; sessionId: string; sealedSecret: Buffer; ttlMs: number },
) => tx.run`
  /* upsertTotpEnrollment */
  insert into totp_enrollments (user_id, session_id, sealed_secret, created_at, expires_at)
  select
    ${enrollment.userId}::uuid, ${enrollment.sessionId}::uuid, ${enrollment.sealedSecret}::bytea, moment,
    moment + ${enrollment.ttlMs}::double precision * interval '1 millisecond'
  from clock_timestamp() as moment
  on conflict (user_id) do update
  set session_id = excluded.session_id,
    sealed_secret = excluded.sealed_secret,
    attempts = 0,
    created_at = excluded.created_at,
    expires_at = excluded.expires_at`

/** An enrollment of this session that is valid now. */
export const lockTotpEnrollment = (tx: Tx, { userId, sessionId }: { userId: string; sessionId: string }) => tx.row<{
  sealedSecret: Buffer
}>`
  /* lockTotpEnrollment */
  select sealed_secret
  from totp_enrollments
  where user_id = ${userId}
    and session_id = ${sessionId}
    and expires_at > clock_timestamp()
  for update`

/** Counts a wrong code; the last one deletes the enrollment. */
export const countEnrollmentAttempt = (
  tx: Tx,
  { userId, attemptsMax }: { userId: string; attemptsMax: number },
) => tx.run`
  /* countEnrollmentAttempt */
  with ended as (
    delete from totp_enrollments
    where user_id = ${userId}
      and attempts + 1 >= ${attemptsMax}
  )
  update totp_enrollments
  set attempts = attempts + 1
  where user_id = ${userId}
    and attempts + 1 < ${attemptsMax}`

export const deleteTotpEnrollment = (tx: Tx, { userId }: { userId: string }) => tx.run`
  /* deleteTotpEnrollment */
  delete from totp_enrollments
  where user_id = ${userId}`

// The clock is read once, in a subquery, so that it bounds the index scan.
export const deleteExpiredTotpEnrollments = (database: Statements, { limit }: { limit: number }) => database.run`
  /* deleteExpiredTotpEnrollments */
  delete from totp_enrollments
  where user_id = any(array(
    select user_id
    from totp_enrollments
    where expires_at <= (select clock_timestamp())
    order by expires_at
    limit ${limit}
    for update skip locked
  ))`
