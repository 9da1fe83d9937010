/** Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, six digits, steps of thirty seconds. */
import { generateSecret, generateURI, verify } from 'otplib'

const STEP_SECONDS = 30
const CODE = /^\d{6}$/

/** A new secret of 160 bits, in base32. */
export const newTotpSecret = (): string => generateSecret()

/** The `otpauth://` URI of a secret, for a QR code. */
export const totpUri = ({ secret, email, issuer }: { secret: string; email: string; issuer: string }): string =>
  generateURI({ issuer, label: email, secret })

/** Returns the time step of a code that is right within one step of now; undefined if it is wrong. Spaces do not count. */
export async function stepOfCode(secret: string, code: string): Promise<number | undefined> {
  const token = code.replaceAll(/\s/g, '')
  if (!CODE.test(token)) return undefined
  const result = await verify({ secret, token, epoch: Math.floor(Date.now() / 1_000), epochTolerance: STEP_SECONDS })
  return result.valid && 'timeStep' in result ? result.timeStep : undefined
}
