/**
 * Fresh proofs. A sensitive mutation is refused unless the session has proved its person within fifteen minutes: by a second factor, or
 * by the password if the person has none. The refusal has the challenge for the proof, and the client then sends the same request again.
 */
import type { Database } from '../../db/client.ts'
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/errors.ts'
import { callerOfSession } from '../sessions/callerOfSession.ts'
import { makeChallenge, readSetUpFactors, secondFactorRequired } from './challenges.ts'
import type { RelyingParty } from './relyingParty.ts'

const FRESH_MS = 15 * 60_000

/** Refuses with SecondFactorRequiredError unless the proof of the session is fresh, and an access token with ForbiddenError. */
export async function requireFreshProof(
  { database, relyingParty }: { database: Database; relyingParty: RelyingParty },
  caller: Caller,
): Promise<void> {
  if (caller.scopes) {
    throw new ForbiddenError(
      'An access token is no proof of its person. Sign in, and send the request in that session.',
    )
  }
  if (isFresh(caller)) return
  const { id: userId, sessionId } = caller
  // The caller may be some seconds old, and the session have proved its person since.
  const current = await callerOfSession(database, { sessionId, staffNeedsSecondFactor: false })
  if (!current) throw new UnauthenticatedError()
  if (isFresh(current)) return
  const [challenge, setUp] = await Promise.all([
    makeChallenge(database, { purpose: 'FRESH_PROOF', userId, sessionId }),
    readSetUpFactors(database, { userId }),
  ])
  throw await secondFactorRequired(relyingParty, { challenge, ...setUp })
}

const isFresh = ({ provenAt }: Caller): boolean => provenAt !== null && provenAt.getTime() > Date.now() - FRESH_MS
