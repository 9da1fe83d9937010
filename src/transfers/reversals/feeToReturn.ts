import type { Transfer } from '../../db/generated/client.ts'
import { feeShare } from '../../domain/fee.ts'

/**
 * The fee that returns with an amount: the share of everything reversed with its fee so far, this amount included, less the fee that
 * returned before. So rounding never adds up, and reversing all of a transfer returns the whole fee.
 */
export function feeToReturn(
  { feeMinor, netMinor }: Pick<Transfer, 'feeMinor' | 'netMinor'>,
  { amountMinor, returnFee }: { amountMinor: bigint; returnFee: boolean },
  before: { withFeeMinor: bigint; returnedMinor: bigint },
): bigint {
  if (!returnFee) return 0n
  const inAll = feeShare({ fee: feeMinor, part: before.withFeeMinor + amountMinor, whole: netMinor })
  // An estimate that counts reversals which then fail may have been higher by one minor unit.
  return inAll > before.returnedMinor ? inAll - before.returnedMinor : 0n
}
