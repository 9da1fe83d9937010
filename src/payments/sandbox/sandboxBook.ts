/** The sandbox's book: its movements, read page by page. */
import type { Database } from '../../db/client.ts'
import { type BookLine, type BookSpan, ProviderUnreachable } from '../port/book.ts'
import type { MovementKind } from '../port/provider.ts'
import { countCall, type Movement, readMovements } from './sandbox.sql.ts'

// Ten times a page of Stripe's lists, because the table is near.
const PAGE_SIZE = 1_000

const IS_INWARD: Readonly<Record<MovementKind, boolean>> = {
  charge: true,
  transfer: false,
  reversal: true,
  refund: false,
}

/** Yields the lines of the span. Each page counts as a call; in the mode DARK the provider does not answer. */
export async function* sandboxBook(database: Database, { from, to }: BookSpan): AsyncGenerator<BookLine> {
  let after: Movement | undefined
  for (;;) {
    const { mode } = await countCall(database)
    if (mode === 'DARK') throw new ProviderUnreachable('The provider does not answer.')
    const page = await readMovements(database, { from, to, after, limit: PAGE_SIZE })
    for (const movement of page) yield lineOf(movement)
    after = page.at(-1)
    if (page.length < PAGE_SIZE) return
  }
}

const lineOf = ({ id, kind, ourReference, amountMinor, currency, createdAt }: Movement): BookLine => ({
  id: `txn_${id}`,
  kind,
  ourReference,
  objectReference: id,
  amount: { minorUnits: IS_INWARD[kind] ? amountMinor : -amountMinor, currencyCode: currency },
  fee: { minorUnits: 0n, currencyCode: currency },
  status: 'available',
  at: createdAt,
})
