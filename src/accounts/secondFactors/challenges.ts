/**
 * Challenges: 32 random bytes by which a sign-in or a session asks for a proof, for one use within five minutes. Only their hashes are
 * kept. For a passkey, the same bytes are the challenge that it signs.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Statements } from '../../db/statements.ts'
import { type ProofMethod, SecondFactorRequiredError } from '../errors.ts'
import { type ChallengeRow, insertChallenge } from './challenges.sql.ts'
import { authenticationOptions } from './passkeys.ts'
import { type RecoveryCodeRow, readRecoveryCodes } from './recoveryCodes.sql.ts'
import type { RelyingParty } from './relyingParty.ts'
import { type FactorRow, readFactors } from './secondFactors.sql.ts'

const CHALLENGE_BYTES = 32
const CHALLENGE_TTL_MS = 5 * 60_000
// Of one person and purpose: several devices may sign in at once, and a batch of mutations be refused.
const CHALLENGES_MAX = 10

/** The second factors of a person, and the recovery codes that are left. */
export interface SetUpFactors {
  factors: readonly FactorRow[]
  recoveryCodes: readonly RecoveryCodeRow[]
}

/** The hash under which a challenge is stored. */
export const hashOfChallenge = (challenge: string): Buffer => createHash('sha256').update(challenge).digest()

/** Makes a challenge. */
export async function makeChallenge(database: Statements, challenge: ChallengeRow): Promise<string> {
  const text = randomBytes(CHALLENGE_BYTES).toString('base64url')
  const tokenHash = hashOfChallenge(text)
  const othersMax = CHALLENGES_MAX - 1
  await insertChallenge(database, { ...challenge, tokenHash, ttlMs: CHALLENGE_TTL_MS, othersMax })
  return text
}

/** Reads the second factors of a person. */
export async function readSetUpFactors(database: Statements, { userId }: { userId: string }): Promise<SetUpFactors> {
  const factors = await readFactors(database, { userId })
  // Most people have none, and then no recovery codes.
  return { factors, recoveryCodes: factors.length > 0 ? await readRecoveryCodes(database, { userId }) : [] }
}

/** The refusal that asks for a proof by this challenge. Without a second factor its methods are empty: the password is the proof. */
export async function secondFactorRequired(
  relyingParty: RelyingParty,
  { challenge, factors, recoveryCodes }: SetUpFactors & { challenge: string },
): Promise<SecondFactorRequiredError> {
  const passkeys = factors.filter(({ kind }) => kind === 'PASSKEY')
  const methods: ProofMethod[] = []
  if (factors.some(({ kind }) => kind === 'TOTP')) methods.push('TOTP')
  if (passkeys.length > 0) methods.push('PASSKEY')
  if (factors.length > 0 && recoveryCodes.length > 0) methods.push('RECOVERY_CODE')
  const passkeyOptions = passkeys.length > 0 ? await authenticationOptions(relyingParty, { challenge, passkeys }) : null
  return new SecondFactorRequiredError({ challenge, methods, passkeyOptions })
}
