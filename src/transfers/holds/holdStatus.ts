/** The life cycle of a hold. */

import { HoldStatus } from '../../db/generated/enums.ts'
import type { LifeCycle } from '../../domain/lifeCycle.ts'

export const holdLifeCycle: LifeCycle<HoldStatus> = {
  subject: 'hold',
  states: Object.values(HoldStatus),
  transitions: [
    { name: 'paymentSucceeds', from: ['PENDING'], to: ['HELD'], actors: ['provider'] },
    { name: 'paymentIsRefused', from: ['PENDING'], to: ['FAILED'], actors: ['provider'] },
    // Held and refunded in one transaction, so that no reader sees it HELD.
    { name: 'paymentComesTooLate', from: ['PENDING', 'FAILED'], to: ['REFUNDED'], actors: ['provider'] },
    { name: 'approveWork', from: ['HELD'], to: ['HELD', 'RELEASED'], actors: ['poster'] },
    { name: 'approvalByTime', from: ['HELD'], to: ['HELD', 'RELEASED'], actors: ['time'] },
    { name: 'refundHold', from: ['HELD'], to: ['HELD', 'RELEASED', 'REFUNDED'], actors: ['finance'] },
    { name: 'resolveDispute', from: ['HELD'], to: ['RELEASED', 'REFUNDED'], actors: ['finance'] },
    { name: 'cancelTask', from: ['HELD'], to: ['REFUNDED'], actors: ['poster'] },
    { name: 'deadlinePasses', from: ['HELD'], to: ['REFUNDED'], actors: ['time'] },
    { name: 'chargebackIsLost', from: ['HELD'], to: ['HELD', 'RELEASED', 'REFUNDED'], actors: ['provider'] },
    { name: 'chargebackIsLost', from: ['RELEASED', 'REFUNDED'], to: ['HELD'], actors: ['provider'] },
    { name: 'cancelTransfer', from: ['HELD', 'RELEASED'], to: ['HELD'], actors: ['finance'] },
    { name: 'reverseTransfer', from: ['HELD', 'RELEASED'], to: ['HELD'], actors: ['finance'] },
    { name: 'refundFails', from: ['HELD', 'RELEASED', 'REFUNDED'], to: ['HELD'], actors: ['provider'] },
  ],
}
