import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { seal } from '../../mail/seal.ts'
import { type OwnPassword, withCurrentPassword } from '../sessions/withCurrentPassword.ts'
import { SERVICE_NAME } from './passkeys.ts'
import { newTotpSecret, totpUri } from './totp.ts'
import { upsertTotpEnrollment } from './totpEnrollments.sql.ts'

// Long enough to install an authenticator app.
const ENROLLMENT_TTL_MS = 10 * 60_000

export interface NewTotp {
  secret: string
  uri: string
}

/**
 * Makes the secret of an authenticator app, which replaces one that was not confirmed. Sign-ins ask for it once `confirmTotp` has
 * confirmed it in the same session. Refuses a wrong password, which counts as a failed sign-in.
 */
export async function startTotp(
  parts: { database: Database; rateLimits: RateLimits; authSecret: Uint8Array },
  own: OwnPassword,
): Promise<NewTotp> {
  const secret = newTotpSecret()
  const email = await withCurrentPassword(parts, own, async (tx, account) => {
    const sealedSecret = seal(secret, parts.authSecret)
    const { id: userId, sessionId } = own.caller
    await upsertTotpEnrollment(tx, { userId, sessionId, sealedSecret, ttlMs: ENROLLMENT_TTL_MS })
    return account.email
  })
  return { secret, uri: totpUri({ secret, email, issuer: SERVICE_NAME }) }
}
