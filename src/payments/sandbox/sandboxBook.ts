/** The sandbox's book: its movements and those of its chargebacks, read page by page. */
import type { Database } from '../../db/client.ts'
import { type BookLine, type BookSpan, ProviderUnreachable } from '../port/book.ts'
import type { MovementKind } from '../port/provider.ts'
import { countCall, type Movement, readMovements } from './sandbox.sql.ts'
import { type ChargebackMovement, readChargebackMovements } from './sandboxChargebacks.sql.ts'

// Ten times a page of Stripe's lists, because the table is near.
const PAGE_SIZE = 1_000

const IS_INWARD: Readonly<Record<MovementKind, boolean>> = {
  charge: true,
  transfer: false,
  reversal: true,
  refund: false,
}

/** Yields the lines of the span, those of chargebacks last. Each page counts as a call; in the mode DARK the provider does not answer. */
export async function* sandboxBook(database: Database, span: BookSpan): AsyncGenerator<BookLine> {
  for await (const movement of pagesOf(database, span, readMovements)) yield lineOf(movement)
  for await (const movement of pagesOf(database, span, readChargebackMovements)) yield lineOfChargeback(movement)
}

type ReadPage<Row> = (database: Database, page: BookSpan & { after: Row | undefined; limit: number }) => Promise<Row[]>

async function* pagesOf<Row>(database: Database, span: BookSpan, read: ReadPage<Row>): AsyncGenerator<Row> {
  let after: Row | undefined
  for (;;) {
    const { mode } = await countCall(database)
    if (mode === 'DARK') throw new ProviderUnreachable('The provider does not answer.')
    const page = await read(database, { ...span, after, limit: PAGE_SIZE })
    yield* page
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

// As at Stripe, the line of a chargeback names our reference of none of our objects.
const lineOfChargeback = ({ id, kind, chargebackId, amountMinor, currency, at }: ChargebackMovement): BookLine => ({
  id: `txn_${id}`,
  kind,
  ourReference: null,
  objectReference: chargebackId,
  amount: { minorUnits: amountMinor, currencyCode: currency },
  fee: { minorUnits: 0n, currencyCode: currency },
  status: 'available',
  at,
})
