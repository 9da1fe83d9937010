/** The effects of the sandbox provider's modes on every order. */
import type { Outcome } from '../port/provider.ts'
import type { ProviderMode } from './sandbox.sql.ts'

export type Refusal = Extract<Outcome, { kind: 'refused' }>

/** Slower than people expect, and in time for the port. */
export const DELAY_MS = 5_000
/** The outcome of an order whose answer is lost. */
export const LOST_ANSWER: Extract<Outcome, { kind: 'unknown' }> = {
  kind: 'unknown',
  message: 'The connection was lost before the answer came.',
}
/** The modes in which orders are carried out and neither answered nor told by a webhook. */
export const MODES_WITHOUT_ANSWER: ReadonlySet<ProviderMode> = new Set(['DROP_RESPONSE', 'DARK'])

/** The refusal of any valid order in this mode. */
export function refusalByMode(mode: ProviderMode): Refusal | undefined {
  if (mode === 'REFUSE') return refusal('try_again_later', 'Not now. Try again later.', false)
  if (mode === 'REFUSE_FOR_GOOD') return refusal('not_permitted', 'This is not permitted.', true)
  return undefined
}

/** Returns a refusal. */
export const refusal = (code: string, message: string, isFinal: boolean): Refusal => ({
  kind: 'refused',
  code,
  message,
  isFinal,
})
