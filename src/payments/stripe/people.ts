/** Calls about people, which move no money: their keys and their failures. */
import { createHash } from 'node:crypto'
import type { Refused, Unreachable } from '../port/failures.ts'
import { failureOf, messageOf } from './failures.ts'

/**
 * Returns the idempotency key of a person's object. It depends on the details, because Stripe refuses a key that is used with others: if
 * a person changed their address after a lost answer, an empty object remains at Stripe.
 */
export function keyOf(
  kind: 'account' | 'customer',
  { reference, ...details }: { reference: string; email: string; country?: string },
): string {
  const digest = createHash('sha256').update(JSON.stringify(details)).digest('hex')
  return `${kind}-${reference}-${digest.slice(0, 16)}`
}

/** The failure of a call that only reads. */
export const unreachable = (error: unknown): Unreachable => ({ kind: 'unreachable', message: messageOf(error) })

/** The failure of a call that creates something. */
export function refusedOrUnreachable(error: unknown): Refused | Unreachable {
  const failure = failureOf(error)
  if (failure.kind !== 'refused') return { kind: 'unreachable', message: failure.message }
  const { code, message } = failure
  return { kind: 'refused', code, message }
}
