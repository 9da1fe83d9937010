/**
 * The signature of the sandbox's webhooks, in Stripe's format (https://docs.stripe.com/webhooks#verify-manually): `t=` the second
 * of sending, `v1=` the HMAC of time and body. The time is signed too, which prevents a replay of an old webhook.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** The header with the signature of a webhook. */
export const SIGNATURE_HEADER = 'sandbox-signature'

const TOLERANCE_MS = 300_000
const SIGNATURE = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/

interface Signed {
  secret: string
  body: Buffer
}

/** Returns the header value for a body that is sent at this real time. */
export function signWebhook({ secret, body }: Signed, sentAt: Date): string {
  const second = Math.floor(sentAt.getTime() / 1000).toString()
  return `t=${second},v1=${digest({ secret, body }, second).toString('hex')}`
}

/** True if the header was made with the secret for exactly this body, at most five minutes from now. */
export function isSignatureValid({ secret, body }: Signed, header: unknown, now: Date): boolean {
  const match = typeof header === 'string' ? SIGNATURE.exec(header) : null
  if (!match?.[1] || !match[2]) return false
  const isGenuine = timingSafeEqual(digest({ secret, body }, match[1]), Buffer.from(match[2], 'hex'))
  return isGenuine && Math.abs(now.getTime() - Number(match[1]) * 1000) <= TOLERANCE_MS
}

const digest = ({ secret, body }: Signed, second: string): Buffer =>
  createHmac('sha256', secret).update(`${second}.`).update(body).digest()
