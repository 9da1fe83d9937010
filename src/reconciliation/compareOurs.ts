/**
 * The second half of a run: finds the postings of the span at the provider that no line of its book matches. A movement may be recorded
 * there before the span and posted here within it, so a line outside of the span is looked up before it is said to be missing. Chargebacks
 * that were won in the span are compared as well: they have no posting, and their money is back.
 */
import { newId, textOf, toPublicId } from '../db/ids.ts'
import { type Tx, withTransaction } from '../db/transaction.ts'
import type { Work } from '../jobs/timer.ts'
import { ProviderUnreachable } from '../payments/port/book.ts'
import { findUnmatchedPostings, findUnreturnedChargebacks, readEndOfPage, type UnmatchedPosting } from './books.sql.ts'
import type { FoundDifference } from './differences.sql.ts'
import { keepLease } from './lease.ts'
import { lookUpPosting } from './lookUpPosting.ts'
import type { ClaimedRun } from './reconciliations.sql.ts'
import { recordDifferences } from './recordDifferences.ts'

const PAGE_SIZE = 1_000
// The provider is slow, not our server. All of them are answered within the lease, which is extended after each group.
const LOOK_UPS_AT_ONCE = 10
// The largest difference between the clock of the provider and ours.
const CLOCK_SKEW_MS = 5 * 60_000

/** Finds the postings that the provider's book lacks. Throws ProviderUnreachable and LeaseLost. */
export async function compareOurs(work: Work, run: ClaimedRun): Promise<void> {
  const last = new Date(run.spanTo.getTime() - 1)
  let after = new Date(run.spanFrom.getTime() - 1)
  while (after < last) {
    const { through, unmatched } = await withTransaction(work.database, (tx) => readPage(tx, run, { after, last }))
    const [outside, inside] = partition(unmatched, (posting) => mayBeOutside(posting, run))
    if (inside.length > 0) await record(work, run, inside.map(missing))
    for (let start = 0; start < outside.length; start += LOOK_UPS_AT_ONCE) {
      const group = outside.slice(start, start + LOOK_UPS_AT_ONCE)
      await record(work, run, (await Promise.all(group.map((posting) => lookUp(work, posting)))).flat())
    }
    after = through
  }
}

/** The postings without a line on the next page of our book, which ends with the posting of the time `through`. */
async function readPage(tx: Tx, run: ClaimedRun, { after, last }: { after: Date; last: Date }) {
  await keepLease(tx, run)
  const end = await readEndOfPage(tx, { after, to: run.spanTo, size: PAGE_SIZE })
  const through = end?.postedAt ?? last
  const page = { reconciliationId: run.id, after, through }
  return {
    through,
    unmatched: [...(await findUnmatchedPostings(tx, page)), ...(await findUnreturnedChargebacks(tx, page))],
  }
}

/**
 * True if its line may be before or after the span: between the order and the posting, but for the skew of clocks. A won chargeback needs a
 * line only if it had taken the money, which an inquiry of a bank does not do.
 */
const mayBeOutside = (
  { postingId, orderedAt, postedAt }: UnmatchedPosting,
  { spanFrom, spanTo }: ClaimedRun,
): boolean =>
  postingId === null ||
  orderedAt.getTime() - CLOCK_SKEW_MS < spanFrom.getTime() ||
  postedAt.getTime() + CLOCK_SKEW_MS >= spanTo.getTime()

async function lookUp(work: Work, posting: UnmatchedPosting): Promise<FoundDifference[]> {
  const finding = await lookUpPosting(work, posting)
  if (finding === 'unreachable') throw new ProviderUnreachable('The movement of a posting could not be looked up.')
  if (finding === 'has') return []
  if (finding === 'never' || posting.postingId === null) return [missing(posting)]
  // The provider took the order, and no money moved or it came back, which a refund that came back has posted as well.
  return posting.status === 'FAILED' ? [] : [{ ...missing(posting), kind: 'STATUS' }]
}

async function record({ database }: Work, run: ClaimedRun, found: readonly FoundDifference[]): Promise<void> {
  await withTransaction(database, async (tx) => {
    await keepLease(tx, run)
    await recordDifferences(tx, { reconciliationId: run.id, found })
  })
}

const missing = (posting: UnmatchedPosting): FoundDifference => ({
  id: newId(),
  kind: 'MISSING_AT_PROVIDER',
  source: textOf(posting.postingId === null ? toPublicId('cbk', posting.id) : toPublicId('ltx', posting.postingId)),
  occurredAt: posting.postedAt,
  subjectType: posting.subjectType,
  subjectId: posting.id,
  taskId: posting.taskId,
  providerReference: posting.providerReference,
  oursMinor: posting.inward ? posting.amountMinor : -posting.amountMinor,
  oursCurrency: posting.currency,
  theirsMinor: null,
  theirsCurrency: null,
})

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  const [first, second]: [Item[], Item[]] = [[], []]
  for (const item of items) (isFirst(item) ? first : second).push(item)
  return [first, second]
}
