import type { Reversal, Transfer } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { leastOf } from '../../domain/money.ts'
import { readLoss } from './losses.sql.ts'

/**
 * The part of a reversal that repays the loss of the platform by a lost chargeback, and the part of this that the tasker owed. It does not
 * stay in the hold: the poster has their money back from their bank.
 */
export async function recoveryOf(
  tx: Tx,
  { transfer, reversal }: { transfer: Transfer; reversal: Reversal },
): Promise<Pick<Reversal, 'recoversMinor' | 'recoversDebtMinor'>> {
  const loss = await readLoss(tx, { holdId: transfer.holdId, transferId: transfer.id })
  const recoversMinor = leastOf(reversal.amountMinor + reversal.feeMinor, atLeastZero(loss?.lossMinor))
  return { recoversMinor, recoversDebtMinor: leastOf(recoversMinor, atLeastZero(loss?.debtMinor)) }
}

/** Debts of failed reversals are netted, too, so that less than nothing may be left of a loss. */
const atLeastZero = (minor = 0n): bigint => (minor > 0n ? minor : 0n)
