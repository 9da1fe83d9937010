import type { Work } from '../jobs/timer.ts'
import type { ChargebackReport } from '../payments/port/chargebacks.ts'
import type { Finding } from '../payments/port/provider.ts'
import { lookUpMovement } from '../transfers/lookUpMovement.ts'
import type { UnmatchedPosting } from './books.sql.ts'

/** The result of a look-up: the provider has the movement, knows its object and has not moved the money, or knows neither. */
export type PostingFinding = Finding['kind']

/** Looks up the movement of a posting without a line. */
export async function lookUpPosting(
  { database, payments }: Pick<Work, 'database' | 'payments'>,
  posting: UnmatchedPosting,
): Promise<PostingFinding> {
  const { subjectType: prefix, id, providerReference } = posting
  if (prefix !== 'cbk') return (await lookUpMovement({ database, payments }, { prefix, id })).kind
  const finding = await payments.chargebacks.read(providerReference ?? '')
  if (finding.kind !== 'known') return finding.kind
  return hasMoved(posting, finding) ? 'has' : 'failed'
}

/** A lost chargeback has taken its amount and the fee; of a won one the provider keeps nothing. */
function hasMoved({ inward, isFee }: UnmatchedPosting, { status, providerFee, taken }: ChargebackReport): boolean {
  if (inward) return taken.minorUnits === 0n
  return status === 'LOST' && (isFee ? providerFee !== null : taken.minorUnits > 0n)
}
