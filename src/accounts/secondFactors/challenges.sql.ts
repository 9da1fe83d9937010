// Challenges live on real time, like sessions: `clock_timestamp()` instead of the `errand_now()` of other features.

import type { ChallengePurpose } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

export interface ChallengeRow {
  purpose: ChallengePurpose
  /** Null for a sign-in by passkey, whose person is not known yet. */
  userId: string | null
  /** The session for which it was made. Null for sign-ins. */
  sessionId: string | null
}

/** Also deletes the oldest challenges of the person for this purpose, so that at most `othersMax` others remain. */
export const insertChallenge = (
  tx: Statements,
  challenge: ChallengeRow & { tokenHash: Buffer; ttlMs: number; othersMax: number },
) => tx.run`
  /* insertChallenge */
  with surplus as (
    select token_hash
    from challenges
    where user_id = ${challenge.userId}::uuid
      and purpose = ${challenge.purpose}::challenge_purpose
    order by created_at desc
    offset ${challenge.othersMax}
  ),
  removed as (
    delete from challenges
    where token_hash = any(array(select token_hash from surplus))
  )
  insert into challenges (token_hash, purpose, user_id, session_id, created_at, expires_at)
  select
    ${challenge.tokenHash}::bytea, ${challenge.purpose}::challenge_purpose, ${challenge.userId}::uuid,
    ${challenge.sessionId}::uuid, moment, moment + ${challenge.ttlMs}::double precision * interval '1 millisecond'
  from clock_timestamp() as moment`

/** A challenge that is valid now, before anything is locked. */
export const readChallenge = (database: Statements, { tokenHash }: { tokenHash: Buffer }) => database.row<ChallengeRow>`
  /* readChallenge */
  select purpose::text as purpose, user_id, session_id
  from challenges
  where token_hash = ${tokenHash}
    and expires_at > clock_timestamp()`

/** Undefined if it was used or has expired since it was read. */
export const lockChallenge = (tx: Tx, { tokenHash }: { tokenHash: Buffer }) => tx.row<ChallengeRow>`
  /* lockChallenge */
  select purpose::text as purpose, user_id, session_id
  from challenges
  where token_hash = ${tokenHash}
    and expires_at > clock_timestamp()
  for update`

export const deleteChallenge = (tx: Tx, { tokenHash }: { tokenHash: Buffer }) => tx.run`
  /* deleteChallenge */
  delete from challenges
  where token_hash = ${tokenHash}`

/** Counts a failed attempt; the last one deletes the challenge. */
export const countAttempt = (tx: Tx, { tokenHash, attemptsMax }: { tokenHash: Buffer; attemptsMax: number }) => tx.run`
  /* countAttempt */
  with ended as (
    delete from challenges
    where token_hash = ${tokenHash}
      and attempts + 1 >= ${attemptsMax}
  )
  update challenges
  set attempts = attempts + 1
  where token_hash = ${tokenHash}
    and attempts + 1 < ${attemptsMax}`

/** Deletes the challenges of a person, for example after a change of the password. */
export const deleteChallenges = (tx: Tx, { userId }: { userId: string }) => tx.run`
  /* deleteChallenges */
  delete from challenges
  where user_id = ${userId}`

// The clock is read once, in a subquery, so that it bounds the index scan.
export const deleteExpiredChallenges = (database: Statements, { limit }: { limit: number }) => database.run`
  /* deleteExpiredChallenges */
  delete from challenges
  where token_hash = any(array(
    select token_hash
    from challenges
    where expires_at <= (select clock_timestamp())
    order by expires_at
    limit ${limit}
    for update skip locked
  ))`
