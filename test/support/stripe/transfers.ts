/** Transfers and their reversals at the local Stripe server. */
import type Stripe from 'stripe'
import type { Fate } from './hostility.ts'
import { matches, page } from './lists.ts'
import { metadataOf, optionalText, type Params, positive, text } from './params.ts'
import { invalidParameter, refused } from './refusals.ts'
import { found, type StripeBook } from './stripeBook.ts'

/** POST /v1/transfers. */
export function createTransfer(book: StripeBook, params: Params, fate: Fate): Stripe.Transfer {
  const amount = positive(params, 'amount')
  const currency = text(params, 'currency')
  const account = found(book.accounts, 'destination', text(params, 'destination'), 'destination')
  const source = optionalText(params, 'source_transaction')
  const group = optionalText(params, 'transfer_group')
  if (account.transfers !== 'active')
    throw refused('insufficient_capabilities_for_transfer', 'The destination account cannot receive transfers.')
  if (source) checkSource(book, { source, amount, currency, group })
  else if (book.balance(currency) < amount) throw refused('balance_insufficient', 'You have insufficient funds.')
  if (fate.refusal === 'for_now') throw refused('balance_insufficient', 'You have insufficient funds.')
  if (fate.refusal === 'for_good') throw refused('transfers_not_allowed', 'This transfer is not allowed.')
  const transfer: Stripe.Transfer = {
    ...book.sample('transfer', 'tr'),
    amount,
    currency,
    destination: account.id,
    source_transaction: source,
    transfer_group: group,
    metadata: metadataOf(params),
  }
  transfer.reversals.url = `/v1/transfers/${transfer.id}/reversals`
  transfer.balance_transaction = book.post({ type: 'transfer', source: transfer.id, amount: -amount, currency })
  book.transfers.set(transfer.id, transfer)
  book.happens('transfer.created', transfer)
  return transfer
}

interface FromSource {
  source: string
  amount: number
  currency: string
  group: string | null
}

function checkSource(book: StripeBook, { source, amount, currency, group }: FromSource): void {
  const charge = found(book.charges, 'charge', source, 'source_transaction')
  if (charge.currency !== currency)
    throw invalidParameter('currency', 'The currency of the source transaction differs.', 'invalid_currency')
  if (charge.transfer_group !== group)
    throw invalidParameter('transfer_group', 'The source transaction has another transfer group.')
  let sent = 0
  for (const other of book.transfers.values()) {
    if (other.source_transaction === source) sent += other.amount - other.amount_reversed
  }
  if (sent + amount > charge.amount) throw refused('balance_insufficient', 'Insufficient funds in the source charge.')
}

/** POST /v1/transfers/:id/reversals. */
export function createReversal(book: StripeBook, id: string, params: Params, fate: Fate): Stripe.TransferReversal {
  const transfer = found(book.transfers, 'transfer', id)
  const amount = positive(params, 'amount')
  if (transfer.amount_reversed + amount > transfer.amount)
    throw refused('amount_too_large', 'The reversal is greater than what is left of the transfer.')
  if (fate.hasEmptyAccounts) throw refused('balance_insufficient', 'Insufficient funds in the account.')
  if (fate.refusal === 'for_now') throw refused('processing_error', 'Try again later.')
  if (fate.refusal === 'for_good') throw refused('transfers_not_allowed', 'This reversal is not allowed.')
  const reversal: Stripe.TransferReversal = {
    ...book.sample('transfer_reversal', 'trr'),
    amount,
    currency: transfer.currency,
    transfer: transfer.id,
    metadata: metadataOf(params),
  }
  const { currency } = transfer
  reversal.balance_transaction = book.post({ type: 'transfer_refund', source: reversal.id, amount, currency })
  book.reversals.set(reversal.id, reversal)
  transfer.amount_reversed += amount
  transfer.reversed = transfer.amount_reversed === transfer.amount
  transfer.reversals.data = [reversal, ...transfer.reversals.data].slice(0, 10)
  book.happens('transfer.reversed', transfer)
  return reversal
}

/** GET /v1/transfers. */
export const listTransfers = (book: StripeBook, query: Params): object =>
  page(
    [...book.transfers.values()].filter((transfer) => matches(transfer, query, ['destination', 'transfer_group'])),
    query,
    '/v1/transfers',
  )

/** GET /v1/transfers/:id/reversals. */
export function listReversals(book: StripeBook, id: string, query: Params): object {
  const transfer = found(book.transfers, 'transfer', id)
  const reversals = [...book.reversals.values()].filter((reversal) => reversal.transfer === id)
  return page(reversals, query, transfer.reversals.url)
}
