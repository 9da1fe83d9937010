/**
 * Proofs that answer a challenge. `examine` finds out whether an answer is right, before anything is locked; `useProof` uses it in the
 * transaction, once: of two requests with the same code, the second is refused.
 */
import { recordAudit } from '../../audit/audit.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'
import { queueMail } from '../../mail/queueMail.ts'
import { unseal } from '../../mail/seal.ts'
import { passwordMatches } from '../sessions/passwords.ts'
import { type LockedAccount, readOwnCredentials } from '../users.sql.ts'
import { readSetUpFactors } from './challenges.ts'
import { checkSignature, credentialIdIn } from './passkeys.ts'
import { readRecoveryCodes, takeRecoveryCode } from './recoveryCodes.sql.ts'
import { storedHashOf } from './recoveryCodes.ts'
import type { RelyingParty } from './relyingParty.ts'
import { type FactorRow, useSignCount, useTotpStep } from './secondFactors.sql.ts'
import { stepOfCode } from './totp.ts'

/** The answer to a challenge: exactly one of the four. */
export interface Answer {
  code?: string | undefined
  recoveryCode?: string | undefined
  passkey?: string | undefined
  password?: string | undefined
}

export type Proof =
  | { kind: 'TOTP'; factorId: string; step: number }
  | { kind: 'PASSKEY'; factorId: string; signCount: number }
  | { kind: 'RECOVERY_CODE'; codeHash: Buffer }
  | { kind: 'PASSWORD'; passwordHash: string }

/** The keys by which answers are examined. */
export interface ProofKeys {
  /** Encrypts the secrets of authenticator apps. */
  authSecret: Uint8Array
  relyingParty: RelyingParty
}

/** Returns the proof if the answer is right for this person; else undefined. Changes nothing. */
export async function examine(
  database: Statements,
  { authSecret, relyingParty }: ProofKeys,
  { userId, challenge, answer }: { userId: string; challenge: string; answer: Answer },
): Promise<Proof | undefined> {
  const { code, recoveryCode, passkey, password } = answer
  const { factors, recoveryCodes } = await readSetUpFactors(database, { userId })
  if (password !== undefined) return provePassword(database, { userId, password })
  if (code !== undefined) return proveCode(factors, { code, authSecret })
  if (passkey !== undefined) return provePasskey(factors, { challenge, response: passkey, relyingParty })
  const codeHash = recoveryCode === undefined ? undefined : storedHashOf(recoveryCode, recoveryCodes)
  return codeHash && { kind: 'RECOVERY_CODE', codeHash }
}

/** Uses a proof of a locked person. False if it was used before, or does not count any more. */
export async function useProof(
  tx: Tx,
  { account, proof, requestId }: { account: LockedAccount; proof: Proof; requestId: string },
): Promise<boolean> {
  switch (proof.kind) {
    case 'TOTP':
      return (await useTotpStep(tx, proof)) > 0
    case 'PASSKEY':
      return (await useSignCount(tx, proof)) > 0
    case 'RECOVERY_CODE':
      return useRecoveryCode(tx, { account, codeHash: proof.codeHash, requestId })
    case 'PASSWORD':
      return account.passwordHash === proof.passwordHash
  }
}

async function provePassword(
  database: Statements,
  { userId, password }: { userId: string; password: string },
): Promise<Proof | undefined> {
  const account = await readOwnCredentials(database, { userId })
  const matches = await passwordMatches(password, account?.passwordHash)
  return account && matches ? { kind: 'PASSWORD', passwordHash: account.passwordHash } : undefined
}

async function proveCode(
  factors: readonly FactorRow[],
  { code, authSecret }: { code: string; authSecret: Uint8Array },
): Promise<Proof | undefined> {
  for (const { id: factorId, sealedSecret } of factors) {
    // Sealed by an earlier AUTH_SECRET, it cannot be read any more; the person has recovery codes.
    const secret = sealedSecret ? unseal(sealedSecret, authSecret) : undefined
    const step = secret === undefined ? undefined : await stepOfCode(secret, code)
    if (step !== undefined) return { kind: 'TOTP', factorId, step }
  }
  return undefined
}

async function provePasskey(
  factors: readonly FactorRow[],
  { challenge, response, relyingParty }: { challenge: string; response: string; relyingParty: RelyingParty },
): Promise<Proof | undefined> {
  const credentialId = credentialIdIn(response)
  const passkey = factors.find((factor) => credentialId && factor.credentialId?.equals(credentialId))
  const checked = passkey && (await checkSignature(relyingParty, { challenge, response, passkey }))
  return checked && { kind: 'PASSKEY', factorId: passkey.id, signCount: checked.signCount }
}

/** The person is told, because somebody else may have found the code. */
async function useRecoveryCode(
  tx: Tx,
  { account, codeHash, requestId }: { account: LockedAccount; codeHash: Buffer; requestId: string },
): Promise<boolean> {
  const { id: userId, email, displayName, now: at } = account
  if ((await takeRecoveryCode(tx, { userId, codeHash })) === 0) return false
  const left = (await readRecoveryCodes(tx, { userId })).length
  const subject = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at, actorId: userId, action: 'second_factor.recovery_code_used', subject, requestId })
  const parameters = { name: displayName, codesLeft: left }
  await queueMail(tx, { kind: 'RECOVERY_CODE_USED', person: account, to: email, parameters, at })
  return true
}
