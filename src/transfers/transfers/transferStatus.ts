/** The life cycle of a transfer. */

import { TransferStatus } from '../../db/generated/enums.ts'
import { IllegalTransitionError } from '../../domain/errors.ts'
import type { LifeCycle } from '../../domain/lifeCycle.ts'

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

/** How a transfer stands, for people. */
const FACTS: Record<TransferStatus, string> = {
  PENDING: 'The transfer waits to be sent.',
  PROCESSING: 'The transfer is being sent to the provider.',
  IN_DOUBT: 'Nobody knows yet whether the provider did the transfer.',
  RETRYING: 'The transfer was refused for now and will be tried again by itself.',
  SUCCEEDED: 'The tasker was paid.',
  FAILED: 'The transfer has failed.',
  CANCELED: 'The transfer was canceled, and its money is held again.',
  REVERSED: 'The transfer was taken back from the tasker.',
}

/** What each mutation needs, for people. */
const NEEDS = {
  retryTransfer: 'Only one that has failed can be retried.',
  cancelTransfer: 'Only one that waits, is to be retried or has failed can be canceled.',
  resolveInDoubtTransfer: 'Only one that is in doubt can be resolved.',
} as const

/** A mutation that the status of a transfer may not allow. */
export type TransferOperation = keyof typeof NEEDS

/** Refuses with IllegalTransitionError when the status does not allow what staff want to do. */
export function refuseUnlessTransferAllows(status: TransferStatus, action: TransferOperation): void {
  const allowed = transferLifeCycle.transitions
    .filter(({ from, actors }) => from.includes(status) && actors.includes('finance'))
    .map(({ name }) => name)
  if (allowed.includes(action)) return
  throw new IllegalTransitionError({ from: status, action, allowed, message: `${FACTS[status]} ${NEEDS[action]}` })
}
