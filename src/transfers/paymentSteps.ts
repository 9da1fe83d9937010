/** The steps that transfers, refunds and reversals share, as pure functions. The caller holds the lock and saves the result. */
import { LEASE_MS, lookUpAfter } from './schedule.ts'

// The provider may advise no pause at all.
const PAUSE_MS_MIN = 1_000

/** The times of a payment that a worker sends, and the numbers of look-ups and retries so far. */
interface Schedule {
  dueAt: Date | null
  askAt: Date | null
  askCount: number
  leaseUntil: Date | null
  retryCount: number
}

/** Nothing is due. */
export const AT_REST = { dueAt: null, askAt: null, askCount: 0, leaseUntil: null } as const

/** The failure of an attempt that did not reach the provider. */
export const NEVER_RECEIVED = {
  failureCode: 'never_received',
  failureMessage: 'The provider never received it.',
} as const

/** It keeps the provider's id of its last request, for a question of the operator to the provider's support. */
export const traced = <Row extends { providerRequestId: string | null }>(
  row: Row,
  { requestId }: { requestId?: string },
): Row => ({
  ...row,
  providerRequestId: requestId ?? row.providerRequestId,
})

/** A worker has claimed it and is about to send it; once the lease has expired, the worker counts as dead. */
export const claimed = <Row extends Schedule>(row: Row, { realNow }: { realNow: Date }) => ({
  ...row,
  ...AT_REST,
  status: 'PROCESSING' as const,
  leaseUntil: new Date(realNow.getTime() + LEASE_MS),
})

/** The outcome is unknown. The provider's key stays, so that a payment that may have been made is not made twice. */
export const inDoubt = <Row extends Schedule>(row: Row, { at }: { at: Date }) => ({
  ...row,
  ...AT_REST,
  status: 'IN_DOUBT' as const,
  askAt: lookUpAfter(0, at),
})

/** The provider did not take it: it is sent again after the pause, under the same key, and this counts as no retry. */
export const notSent = <Row extends Schedule>(row: Row, { at, retryAfterMs }: { at: Date; retryAfterMs: number }) => ({
  ...row,
  ...AT_REST,
  status: 'PENDING' as const,
  dueAt: new Date(at.getTime() + Math.max(retryAfterMs, PAUSE_MS_MIN)),
})

/** It is being looked up; the next look-up is later. */
export const lookedUp = <Row extends Schedule>(row: Row, { at }: { at: Date }): Row => ({
  ...row,
  askAt: lookUpAfter(row.askCount + 1, at),
  askCount: row.askCount + 1,
})

/** It is retried at this time, in the status of payments that wait; it has failed for good if there is no time. */
export const retriedOrFailed = <Row extends Schedule, Status extends string>(
  row: Row,
  dueAt: Date | undefined,
  waitingStatus: Status,
) =>
  dueAt
    ? { ...row, ...AT_REST, status: waitingStatus, dueAt, retryCount: row.retryCount + 1 }
    : { ...row, ...AT_REST, status: 'FAILED' as const }
