/** The life cycle of a chargeback, and its times. */
import { ChargebackStatus } from '../db/generated/enums.ts'
import { IllegalTransitionError } from '../domain/errors.ts'
import type { LifeCycle } from '../domain/lifeCycle.ts'

/** The provider tells of it and decides; finance staff answer it. */
export const chargebackLifeCycle: LifeCycle<ChargebackStatus> = {
  subject: 'chargeback',
  states: Object.values(ChargebackStatus),
  transitions: [
    {
      name: 'submitChargebackEvidence',
      from: ['NEEDS_RESPONSE'],
      to: ['NEEDS_RESPONSE', 'UNDER_REVIEW'],
      actors: ['finance'],
    },
    { name: 'evidenceIsDue', from: ['NEEDS_RESPONSE'], to: ['NEEDS_RESPONSE'], actors: ['time'] },
    { name: 'bankReviews', from: ['NEEDS_RESPONSE'], to: ['UNDER_REVIEW'], actors: ['provider'] },
    { name: 'chargebackIsWon', from: ['NEEDS_RESPONSE', 'UNDER_REVIEW'], to: ['WON'], actors: ['provider'] },
    { name: 'chargebackIsLost', from: ['NEEDS_RESPONSE', 'UNDER_REVIEW'], to: ['LOST'], actors: ['provider'] },
  ],
}

/** True until the provider has decided. */
export const isOpen = (status: ChargebackStatus): boolean => status === 'NEEDS_RESPONSE' || status === 'UNDER_REVIEW'

/** The columns of a chargeback for which nothing is due. */
export const AT_REST = { remindAt: null, evidenceDueAt: null, evidenceRetryCount: 0, evidenceLeaseUntil: null } as const

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** The times before the evidence is due at which events remind of it. */
const REMINDERS_MS = [7 * DAY_MS, 3 * DAY_MS, DAY_MS] as const
// Webhooks tell of every change, so this only bounds the delay after a lost one.
const ASK_EVERY_MS = DAY_MS
// Within this time the outcome of a payment of the same hold is usually looked up.
const ASK_AGAIN_MS = MINUTE_MS

/** The first reminder that is later than `after`; null if there is none. */
export function nextReminderAt({ dueBy, after }: { dueBy: Date | null; after: Date }): Date | null {
  if (!dueBy) return null
  const at = REMINDERS_MS.map((beforeMs) => dueBy.getTime() - beforeMs).find((time) => time > after.getTime())
  return at === undefined ? null : new Date(at)
}

/** The next look-up at the provider: a day later, or as soon as the time for evidence is over, because the bank then decides. */
export function nextLookUpAt({ dueBy, at }: { dueBy: Date | null; at: Date }): Date {
  const inADay = at.getTime() + ASK_EVERY_MS
  const whenDue = (dueBy?.getTime() ?? 0) + ASK_AGAIN_MS
  return new Date(whenDue > at.getTime() && whenDue < inADay ? whenDue : inADay)
}

/** The next look-up of a lost one whose loss cannot be booked yet. */
export const lookUpSoonAt = (at: Date): Date => new Date(at.getTime() + ASK_AGAIN_MS)

const FACTS: Record<Exclude<ChargebackStatus, 'NEEDS_RESPONSE'>, string> = {
  UNDER_REVIEW: 'The evidence was submitted, and the bank is deciding.',
  WON: 'The chargeback was won; nothing more is needed.',
  LOST: 'The chargeback was lost; the bank takes no more evidence.',
}

/** The refusal of evidence; `message` replaces the text if the obstacle is not the status itself. */
export function noMoreEvidence(status: ChargebackStatus, message?: string): IllegalTransitionError {
  const action = 'submitChargebackEvidence'
  const fact = status === 'NEEDS_RESPONSE' ? 'The evidence is being sent.' : FACTS[status]
  return new IllegalTransitionError({ from: status, action, allowed: [], message: message ?? fact })
}
