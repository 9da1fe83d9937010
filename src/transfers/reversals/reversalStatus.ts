/** The life cycle of a reversal. */

import { ReversalStatus } from '../../db/generated/enums.ts'
import type { LifeCycle } from '../../domain/lifeCycle.ts'

export const reversalLifeCycle: LifeCycle<ReversalStatus> = {
  subject: 'reversal',
  states: Object.values(ReversalStatus),
  transitions: [
    { name: 'sendReversal', from: ['PENDING'], to: ['PROCESSING'], actors: ['worker'] },
    { name: 'providerAccepts', from: ['PROCESSING', 'IN_DOUBT'], to: ['SUCCEEDED'], actors: ['provider'] },
    { name: 'providerRefuses', from: ['PROCESSING', 'IN_DOUBT'], to: ['PENDING', 'FAILED'], actors: ['provider'] },
    // The provider limits requests, or our circuit is open.
    { name: 'attemptIsNotSent', from: ['PROCESSING'], to: ['PENDING'], actors: ['worker'] },
    { name: 'answerIsLost', from: ['PROCESSING'], to: ['IN_DOUBT'], actors: ['worker'] },
  ],
}
