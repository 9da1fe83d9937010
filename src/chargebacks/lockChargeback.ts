/** Locks a chargeback together with its task and its hold, in the lock order (src/README.md#lock-order). */
import type { Chargeback } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'
import { type LockedHold, lockHoldWithoutWaiting, lockHoldWithTask } from '../transfers/holds/lockHoldWithTask.ts'
import { lockChargebackRow, readHoldOfChargeback } from './chargebacks.sql.ts'

export interface LockedChargeback extends LockedHold {
  chargeback: Chargeback
}

/** Locks a chargeback; undefined if there is none. */
export const lockChargeback = (tx: Tx, named: { chargebackId: string }): Promise<LockedChargeback | undefined> =>
  lockWith(tx, named, lockHoldWithTask)

/** The same without waiting, for work that is retried: undefined while another transaction has its task locked. */
export const lockChargebackWithoutWaiting = (
  tx: Tx,
  named: { chargebackId: string },
): Promise<LockedChargeback | undefined> => lockWith(tx, named, lockHoldWithoutWaiting)

async function lockWith(
  tx: Tx,
  { chargebackId }: { chargebackId: string },
  lockItsHold: (tx: Tx, hold: { holdId: string }) => Promise<LockedHold | undefined>,
): Promise<LockedChargeback | undefined> {
  const found = await readHoldOfChargeback(tx, { chargebackId })
  const locked = found && (await lockItsHold(tx, found))
  if (!locked) return undefined
  const chargeback = await lockChargebackRow(tx, { chargebackId })
  if (!chargeback) throw new Error('The chargeback no longer exists.')
  return { ...locked, chargeback }
}
