/** What time alone does with money: sends what is due, asks about what is in doubt, gives up on whoever has died. */
import type { Statements } from '../db/statements.ts'
import type { Timer, Work } from '../jobs/timer.ts'
import { findHoldsToAsk, nextHoldToAsk } from './holds/holds.sql.ts'
import { lookUpChargeInTurn } from './holds/lookUpCharge.ts'
import { giveUpOnRefund, lookUpRefundInTurn } from './refunds/lookUpRefund.ts'
import {
  findDueRefunds,
  findRefundsToAsk,
  findRefundsWithExpiredLease,
  nextDueRefund,
  nextExpiredRefundLease,
  nextRefundToAsk,
} from './refunds/refunds.sql.ts'
import { sendRefund } from './refunds/sendRefund.ts'
import { giveUpOnTransfer, lookUpTransferInTurn } from './transfers/lookUpTransfer.ts'
import { sendTransfer } from './transfers/sendTransfer.ts'
import {
  findDueTransfers,
  findTransfersToAsk,
  findTransfersWithExpiredLease,
  nextDueTransfer,
  nextExpiredTransferLease,
  nextTransferToAsk,
} from './transfers/transfers.sql.ts'

// The provider is slow, not our server: ten calls wait at once, and hold no connection meanwhile.
const CALLS_AT_ONCE = 10

interface Duty {
  name: string
  next(database: Statements): Promise<{ at: Date | null } | undefined>
  find(database: Statements, limits: { limit: number }): Promise<{ id: string }[]>
  /** Gives whether there was anything to do. */
  run(work: Work, id: string): Promise<boolean>
}

const DUTIES: readonly Duty[] = [
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
    run: (work, transferId) => giveUpOnTransfer(work, { transferId }),
  },
  {
    name: 'transfersInDoubt',
    next: nextTransferToAsk,
    find: findTransfersToAsk,
    run: (work, transferId) => lookUpTransferInTurn(work, { transferId }),
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
    run: (work, refundId) => giveUpOnRefund(work, { refundId }),
  },
  {
    name: 'refundsInDoubt',
    next: nextRefundToAsk,
    find: findRefundsToAsk,
    run: (work, refundId) => lookUpRefundInTurn(work, { refundId }),
  },
  {
    name: 'paymentsInDoubt',
    next: nextHoldToAsk,
    find: findHoldsToAsk,
    run: (work, holdId) => lookUpChargeInTurn(work, { holdId }),
  },
]

export const moneyTimers: readonly Timer[] = DUTIES.map((duty) => ({
  name: duty.name,
  nextDue: async (database: Statements) => (await duty.next(database))?.at ?? null,
  runDue: async (work: Work, limit: number) => {
    const ids = (await duty.find(work.database, { limit })).map(({ id }) => id)
    let done = 0
    for (let start = 0; start < ids.length; start += CALLS_AT_ONCE) {
      done += await runTogether(duty, work, ids.slice(start, start + CALLS_AT_ONCE))
    }
    return done
  },
}))

/** One that fails is logged and does not hold up the others; it is due still. */
async function runTogether({ name, run }: Duty, work: Work, ids: string[]): Promise<number> {
  const results = await Promise.allSettled(ids.map((id) => run(work, id)))
  let done = 0
  for (const result of results) {
    if (result.status === 'rejected')
      work.log.error({ err: result.reason, timer: name }, 'a payment could not be worked on')
    else if (result.value) done++
  }
  return done
}
