/** The life cycle of a transfer. */
import { TransferStatus } from '../db/generated/enums.ts'
import { IllegalTransitionError } from '../domain/errors.ts'
import type { LifeCycle } from '../domain/lifeCycle.ts'

export const transferLifeCycle: LifeCycle<TransferStatus> = {
  subject: 'transfer',
  states: Object.values(TransferStatus),
  transitions: [
    { name: 'sendTransfer', from: ['PENDING', 'RETRYING'], to: ['PROCESSING'], actors: ['worker'] },
    // The tasker cannot be paid, or the hold is frozen: without a time, until that has changed.
    { name: 'waitForTasker', from: ['PENDING', 'RETRYING'], to: ['PENDING'], actors: ['worker'] },
    { name: 'providerAccepts', from: ['PROCESSING', 'IN_DOUBT'], to: ['SUCCEEDED'], actors: ['provider'] },
    { name: 'providerRefuses', from: ['PROCESSING', 'IN_DOUBT'], to: ['RETRYING', 'FAILED'], actors: ['provider'] },
    { name: 'answerIsLost', from: ['PROCESSING'], to: ['IN_DOUBT'], actors: ['worker'] },
    {
      name: 'resolveInDoubtTransfer',
      from: ['IN_DOUBT'],
      to: ['SUCCEEDED', 'RETRYING', 'FAILED'],
      actors: ['finance'],
    },
    { name: 'retryTransfer', from: ['FAILED'], to: ['RETRYING'], actors: ['finance'] },
    { name: 'cancelTransfer', from: ['PENDING', 'RETRYING', 'FAILED'], to: ['CANCELED'], actors: ['finance'] },
    { name: 'reverseTransfer', from: ['SUCCEEDED'], to: ['REVERSED'], actors: ['finance'] },
  ],
}

/** Refuses with IllegalTransitionError when the status does not allow what staff want to do. */
export function refuseUnlessTransferAllows(status: TransferStatus, action: string): void {
  const allowed = transferLifeCycle.transitions
    .filter(({ from, actors }) => from.includes(status) && actors.includes('finance'))
    .map(({ name }) => name)
  if (!allowed.includes(action)) throw new IllegalTransitionError({ from: status, action, allowed })
}
