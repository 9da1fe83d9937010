/** The life cycle of a transfer. */

import { TransferStatus } from '../../db/generated/enums.ts'
import { IllegalTransitionError } from '../../domain/errors.ts'
import type { LifeCycle } from '../../domain/lifeCycle.ts'

/** The transitions of a transfer. */
export const transferLifeCycle: LifeCycle<TransferStatus> = {
  subject: 'transfer',
  states: Object.values(TransferStatus),
  transitions: [
    { name: 'sendTransfer', from: ['PENDING', 'RETRYING'], to: ['PROCESSING'], actors: ['worker'] },
    // The tasker cannot be paid, or the hold is frozen: without a due time, until that has changed.
    { name: 'waitForTasker', from: ['PENDING', 'RETRYING'], to: ['PENDING'], actors: ['worker'] },
    { name: 'providerAccepts', from: ['PROCESSING', 'IN_DOUBT'], to: ['SUCCEEDED'], actors: ['provider'] },
    { name: 'providerRefuses', from: ['PROCESSING', 'IN_DOUBT'], to: ['RETRYING', 'FAILED'], actors: ['provider'] },
    // The provider limits requests, or our circuit is open.
    { name: 'attemptIsNotSent', from: ['PROCESSING'], to: ['PENDING'], actors: ['worker'] },
    { name: 'answerIsLost', from: ['PROCESSING'], to: ['IN_DOUBT'], actors: ['worker'] },
    {
      name: 'resolveInDoubtTransfer',
      from: ['IN_DOUBT'],
      to: ['SUCCEEDED', 'RETRYING', 'FAILED'],
      actors: ['finance'],
    },
    { name: 'retryTransfer', from: ['FAILED'], to: ['RETRYING'], actors: ['finance'] },
    { name: 'cancelTransfer', from: ['PENDING', 'RETRYING', 'FAILED'], to: ['CANCELED'], actors: ['finance'] },
    { name: 'chargebackIsLost', from: ['PENDING', 'RETRYING', 'FAILED'], to: ['CANCELED'], actors: ['provider'] },
    { name: 'reverseTransfer', from: ['SUCCEEDED'], to: ['REVERSED'], actors: ['finance'] },
  ],
}

/** The state of a transfer, for people. */
const FACTS: Record<TransferStatus, string> = {
  PENDING: 'The transfer is waiting to be sent.',
  PROCESSING: 'The transfer is being sent to the provider.',
  IN_DOUBT: 'It is not known yet whether the provider made the transfer.',
  RETRYING: 'The provider refused the transfer for now; it will be retried automatically.',
  SUCCEEDED: 'The tasker was paid.',
  FAILED: 'The transfer failed.',
  CANCELED: 'The transfer was canceled, and its money is held again.',
  REVERSED: 'The transfer was reversed: its money was taken back from the tasker.',
}

/** The condition of each mutation, for people. */
const NEEDS = {
  retryTransfer: 'Only a failed transfer can be retried.',
  cancelTransfer: 'Only a transfer that is waiting, will be retried or has failed can be canceled.',
  resolveInDoubtTransfer: 'Only a transfer in doubt can be resolved.',
  reverseTransfer: 'Only a transfer that succeeded can be reversed.',
} as const

/** A mutation that some statuses of a transfer do not allow. */
export type TransferOperation = keyof typeof NEEDS

/** Refuses with IllegalTransitionError if the status does not allow the action of staff. */
export function refuseUnlessTransferAllows(status: TransferStatus, action: TransferOperation): void {
  const allowed = transferLifeCycle.transitions
    .filter(({ from, actors }) => from.includes(status) && actors.includes('finance'))
    .map(({ name }) => name)
  if (allowed.includes(action)) return
  throw new IllegalTransitionError({ from: status, action, allowed, message: `${FACTS[status]} ${NEEDS[action]}` })
}
