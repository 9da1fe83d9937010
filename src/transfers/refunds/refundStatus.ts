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
    { name: 'answerIsLost', from: ['PROCESSING'], to: ['IN_DOUBT'], actors: ['worker'] },
  ],
}
