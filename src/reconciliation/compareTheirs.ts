/**
 * The first half of a run: reads the provider's book, and looks up our object for each line. One page of lines is in memory at a time, and
 * no transaction is open while the provider is read.
 */
import { withTransaction } from '../db/transaction.ts'
import type { Work } from '../jobs/timer.ts'
import type { BookLine } from '../payments/port/book.ts'
import { compareLines } from './compareLines.ts'
import type { ClaimedRun } from './reconciliations.sql.ts'

// Larger pages are hardly faster, because most of the time goes into the rows.
const PAGE_SIZE = 500
// The lease is extended at least this often, however slowly the provider sends lines.
const PAGE_MS_MAX = 10_000

/** Compares each line of the provider's book with our object. Throws ProviderUnreachable and LeaseLost. */
export async function compareTheirs({ database, payments }: Work, run: ClaimedRun): Promise<void> {
  let page: BookLine[] = []
  let pageBegan = performance.now()
  const comparePage = async (): Promise<void> => {
    await withTransaction(database, (tx) => compareLines(tx, run, page))
    page = []
    pageBegan = performance.now()
  }
  for await (const line of payments.book({ from: run.spanFrom, to: run.spanTo })) {
    // A provider that counts in seconds may begin before the span.
    if (line.at < run.spanFrom || line.at >= run.spanTo) continue
    page.push(line)
    if (page.length >= PAGE_SIZE || performance.now() - pageBegan > PAGE_MS_MAX) await comparePage()
  }
  await comparePage()
}
