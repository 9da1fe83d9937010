/** The life cycle of a refund. */

import { RefundStatus } from '../../db/generated/enums.ts'
import type { LifeCycle } from '../../domain/lifeCycle.ts'

export const refundLifeCycle: LifeCycle<RefundStatus> = {
  subject: 'refund',
  states: Object.values(RefundStatus),
  transitions: [
    { name: 'sendRefund', from: ['PENDING'], to: ['PROCESSING'], actors: ['worker'] },
    { name: 'providerAccepts', from: ['PROCESSING', 'IN_DOUBT'], to: ['SUCCEEDED'], actors: ['provider'] },
    { name: 'providerRefuses', from: ['PROCESSING', 'IN_DOUBT'], to: ['PENDING', 'FAILED'], actors: ['provider'] },
    // The provider limits requests, or our circuit is open.
    { name: 'attemptIsNotSent', from: ['PROCESSING'], to: ['PENDING'], actors: ['worker'] },
    // The payer's bank has taken the payment back, so nothing is refunded.
    { name: 'chargebackIsLost', from: ['PENDING'], to: ['FAILED'], actors: ['provider'] },
    { name: 'answerIsLost', from: ['PROCESSING'], to: ['IN_DOUBT'], actors: ['worker'] },
    // A refund may come back after days, for example because the card has expired.
    { name: 'refundComesBack', from: ['SUCCEEDED'], to: ['FAILED'], actors: ['provider'] },
  ],
}
