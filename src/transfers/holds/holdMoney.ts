/** All ways in which money leaves a hold or returns to it. The status of the hold follows from the remaining amount. */

import type { Hold } from '../../db/generated/client.ts'
import type { HoldStatus } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import { saveHold } from './holds.sql.ts'

/** Takes the amount of a transfer. The caller holds the lock and has checked that this much remains. */
export const releaseFromHold = (tx: Tx, hold: Hold, amountMinor: bigint): Promise<Hold> =>
  change(tx, hold, {
    remainingMinor: hold.remainingMinor - amountMinor,
    releasedMinor: hold.releasedMinor + amountMinor,
    supersededAt: hold.supersededAt,
  })

/**
 * Takes the amount of a refund or of a lost chargeback. A hold that is taken whole is superseded: if the refund fails, the returned money
 * can only be refunded again, because the task may have another hold by then.
 */
export const takeFromHold = (tx: Tx, hold: Hold, amountMinor: bigint, at: Date): Promise<Hold> => {
  const remainingMinor = hold.remainingMinor - amountMinor
  const isWhole = remainingMinor === 0n && hold.releasedMinor === 0n
  return change(tx, hold, {
    remainingMinor,
    releasedMinor: hold.releasedMinor,
    supersededAt: isWhole ? (hold.supersededAt ?? at) : hold.supersededAt,
  })
}

/** Puts back the amount of a canceled transfer. */
export const unreleaseToHold = (tx: Tx, hold: Hold, amountMinor: bigint): Promise<Hold> =>
  change(tx, hold, {
    remainingMinor: hold.remainingMinor + amountMinor,
    releasedMinor: hold.releasedMinor - amountMinor,
    supersededAt: hold.supersededAt,
  })

/** Puts back the amount of a failed refund. */
export const returnToHold = (tx: Tx, hold: Hold, amountMinor: bigint): Promise<Hold> =>
  change(tx, hold, {
    remainingMinor: hold.remainingMinor + amountMinor,
    releasedMinor: hold.releasedMinor,
    supersededAt: hold.supersededAt,
  })

async function change(
  tx: Tx,
  hold: Hold,
  left: Pick<Hold, 'remainingMinor' | 'releasedMinor' | 'supersededAt'>,
): Promise<Hold> {
  const after = { ...hold, ...left, status: statusOf(left) }
  await saveHold(tx, after)
  return after
}

/** RELEASED when nothing remains and something was paid out, REFUNDED when nothing was. */
function statusOf({ remainingMinor, releasedMinor }: Pick<Hold, 'remainingMinor' | 'releasedMinor'>): HoldStatus {
  if (remainingMinor > 0n) return 'HELD'
  return releasedMinor > 0n ? 'RELEASED' : 'REFUNDED'
}
