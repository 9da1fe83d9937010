/** The life cycle of a dispute. */
import { DisputeStatus } from '../db/generated/enums.ts'
import { IllegalTransitionError } from '../domain/errors.ts'
import type { LifeCycle } from '../domain/lifeCycle.ts'

/** OPEN until its opener withdraws it or staff resolve it. */
export const disputeLifeCycle: LifeCycle<DisputeStatus> = {
  subject: 'dispute',
  states: Object.values(DisputeStatus),
  transitions: [
    { name: 'addEvidence', from: ['OPEN'], to: ['OPEN'], actors: ['poster', 'tasker'] },
    { name: 'becomesOverdue', from: ['OPEN'], to: ['OPEN'], actors: ['time'], after: 'P3D' },
    { name: 'becomesOverdue', from: ['OPEN'], to: ['OPEN'], actors: ['time'], after: 'P7D' },
    { name: 'withdrawDispute', from: ['OPEN'], to: ['WITHDRAWN'], actors: ['opener'] },
    { name: 'chargebackIsLost', from: ['OPEN'], to: ['WITHDRAWN'], actors: ['provider'] },
    { name: 'resolveDispute', from: ['OPEN'], to: ['RESOLVED'], actors: ['finance'] },
  ],
}

const DAY_MS = 24 * 3_600_000
/** After these times an open dispute is overdue, which an event records for the parties and staff. */
const OVERDUE_AFTER_MS = [3 * DAY_MS, 7 * DAY_MS] as const

/** The first of these times that is later than `after`; null if there is none. */
export function nextOverdueAt({ openedAt, after }: { openedAt: Date; after: Date }): Date | null {
  const times = OVERDUE_AFTER_MS.map((delayMs) => new Date(openedAt.getTime() + delayMs))
  return times.find((time) => time > after) ?? null
}

/** The times before which a dispute must have been opened to be overdue, the shorter delay first. */
export const overdueIfOpenedBefore = (now: Date): readonly [Date, Date] => {
  const [first, second] = OVERDUE_AFTER_MS
  return [new Date(now.getTime() - first), new Date(now.getTime() - second)]
}

/** A mutation that needs an open dispute. */
export type DisputeOperation = 'addEvidence' | 'withdrawDispute' | 'resolveDispute'

const FACTS: Record<Exclude<DisputeStatus, 'OPEN'>, string> = {
  RESOLVED:
    'The dispute was resolved, and its resolution is final. For help write to customer service with startSupportChat.',
  WITHDRAWN: 'The dispute was withdrawn. If you still disagree, open another one with openDispute.',
}

/** Refuses with IllegalTransitionError if the dispute has ended. */
export function refuseUnlessOpen(status: DisputeStatus, action: DisputeOperation): void {
  if (status === 'OPEN') return
  throw new IllegalTransitionError({ from: status, action, allowed: [], message: FACTS[status] })
}
