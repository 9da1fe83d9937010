/**
 * Timers of the money rules: send due transfers, reversals and refunds, look up those in doubt, and end the leases of workers that died.
 * The columns of look-ups are `ask_at`, the time of the next one, and `ask_count`, the number so far.
 */
import type { Statements } from '../db/statements.ts'
import { callEach } from '../jobs/callEach.ts'
import type { Timer, Work } from '../jobs/timer.ts'
import { findHoldsToLookUp, nextHoldToLookUp } from './holds/holds.sql.ts'
import { lookUpDueCharge } from './holds/lookUpCharge.ts'
import { expireRefundLease, lookUpDueRefund } from './refunds/lookUpRefund.ts'
import {
  findDueRefunds,
  findRefundsToLookUp,
  findRefundsWithExpiredLease,
  nextDueRefund,
  nextExpiredRefundLease,
  nextRefundToLookUp,
} from './refunds/refunds.sql.ts'
import { sendRefund } from './refunds/sendRefund.ts'
import { expireReversalLease, lookUpDueReversal } from './reversals/lookUpReversal.ts'
import {
  findDueReversals,
  findReversalsToLookUp,
  findReversalsWithExpiredLease,
  nextDueReversal,
  nextExpiredReversalLease,
  nextReversalToLookUp,
} from './reversals/reversals.sql.ts'
import { sendReversal } from './reversals/sendReversal.ts'
import { expireTransferLease, lookUpDueTransfer } from './transfers/lookUpTransfer.ts'
import { sendTransfer } from './transfers/sendTransfer.ts'
import {
  findDueTransfers,
  findTransfersToLookUp,
  findTransfersWithExpiredLease,
  nextDueTransfer,
  nextExpiredTransferLease,
  nextTransferToLookUp,
} from './transfers/transfers.sql.ts'

interface DueWork {
  name: string
  next(database: Statements): Promise<{ at: Date | null } | undefined>
  find(database: Statements, limits: { limit: number }): Promise<{ id: string }[]>
  /** Returns true if there was anything to do. */
  run(work: Work, id: string): Promise<boolean>
}

const DUE_WORK: readonly DueWork[] = [
  {
    name: 'transfersDue',
    next: nextDueTransfer,
    find: findDueTransfers,
    run: (work, transferId) => sendTransfer(work, { transferId }),
  },
  {
    name: 'expiredTransferLeases',
    next: nextExpiredTransferLease,
    find: findTransfersWithExpiredLease,
    run: (work, transferId) => expireTransferLease(work, { transferId }),
  },
  {
    name: 'transfersInDoubt',
    next: nextTransferToLookUp,
    find: findTransfersToLookUp,
    run: (work, transferId) => lookUpDueTransfer(work, { transferId }),
  },
  {
    name: 'reversalsDue',
    next: nextDueReversal,
    find: findDueReversals,
    run: (work, reversalId) => sendReversal(work, { reversalId }),
  },
  {
    name: 'expiredReversalLeases',
    next: nextExpiredReversalLease,
    find: findReversalsWithExpiredLease,
    run: (work, reversalId) => expireReversalLease(work, { reversalId }),
  },
  {
    name: 'reversalsInDoubt',
    next: nextReversalToLookUp,
    find: findReversalsToLookUp,
    run: (work, reversalId) => lookUpDueReversal(work, { reversalId }),
  },
  {
    name: 'refundsDue',
    next: nextDueRefund,
    find: findDueRefunds,
    run: (work, refundId) => sendRefund(work, { refundId }),
  },
  {
    name: 'expiredRefundLeases',
    next: nextExpiredRefundLease,
    find: findRefundsWithExpiredLease,
    run: (work, refundId) => expireRefundLease(work, { refundId }),
  },
  {
    name: 'refundsInDoubt',
    next: nextRefundToLookUp,
    find: findRefundsToLookUp,
    run: (work, refundId) => lookUpDueRefund(work, { refundId }),
  },
  {
    name: 'paymentsInDoubt',
    next: nextHoldToLookUp,
    find: findHoldsToLookUp,
    run: (work, holdId) => lookUpDueCharge(work, { holdId }),
  },
]

export const moneyTimers: readonly Timer[] = DUE_WORK.map((duty) => ({
  name: duty.name,
  nextDue: async (database: Statements) => (await duty.next(database))?.at ?? null,
  runDue: async (work: Work, limit: number) => {
    const rows = await duty.find(work.database, { limit })
    return callEach(work, { timer: duty.name, name: 'id', rows }, ({ id }) => duty.run(work, id))
  },
}))
