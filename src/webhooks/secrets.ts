/** Signing secrets of endpoints, in the form of the Standard Webhooks specification (https://www.standardwebhooks.com). */
import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { seal, unseal } from '../mail/seal.ts'

const PREFIX = 'whsec_'
const SECRET_BYTES = 32
const HINT_LENGTH = 4

export interface NewSecret {
  secret: string
  sealedSecret: Buffer
  secretHint: string
}

/** Makes a secret, which is stored encrypted and shown once. */
export function makeSecret(authSecret: Uint8Array): NewSecret {
  const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64')
  return { secret, sealedSecret: seal(secret, authSecret), secretHint: secret.slice(-HINT_LENGTH) }
}

interface SigningSecrets {
  sealedSecret: Uint8Array
  previousSealedSecret: Uint8Array | null
  previousSecretUntil: Date | null
}

/** The secrets that sign now, the current one first; empty if it was encrypted with another AUTH_SECRET. */
export function secretsOf(
  endpoint: SigningSecrets,
  { authSecret, now }: { authSecret: Uint8Array; now: Date },
): string[] {
  const { sealedSecret, previousSealedSecret, previousSecretUntil } = endpoint
  const current = unseal(sealedSecret, authSecret)
  if (current === undefined) return []
  const isPreviousValid = previousSealedSecret !== null && previousSecretUntil !== null && previousSecretUntil > now
  const previous = isPreviousValid ? unseal(previousSealedSecret, authSecret) : undefined
  return previous === undefined ? [current] : [current, previous]
}

/** The headers of a signed webhook. The id is the same for each attempt, so that the receiver can drop a repetition. */
export function signedHeaders({
  id,
  at,
  body,
  secrets,
}: {
  id: string
  at: Date
  body: string
  secrets: readonly string[]
}): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'errand-webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  }
}
