/** The end points of the local Stripe server. */
import { createFile, readDispute, updateDispute } from './disputes.ts'
import type { Fate } from './hostility.ts'
import { listLines } from './lists.ts'
import type { Params, UploadedFile } from './params.ts'
import {
  cancelPaymentIntent,
  createPaymentIntent,
  listCharges,
  listPaymentIntents,
  readPaymentIntent,
} from './paymentIntents.ts'
import {
  createAccountV1,
  createAccountV2,
  createCustomer,
  createLinkV1,
  createLinkV2,
  detachPaymentMethod,
  listPaymentMethods,
  readAccountV1,
  readAccountV2,
} from './people.ts'
import { createRefund, listRefunds } from './refunds.ts'
import { found, type StripeBook } from './stripeBook.ts'
import { createReversal, createTransfer, listReversals, listTransfers } from './transfers.ts'

/** What tests set at the server. */
export interface Settings {
  /** True if the platform's account cannot use version 2 of the Accounts API. */
  isAccountsV2Blocked: boolean
  refundsAre: 'succeeded' | 'pending'
}

export interface Call {
  book: StripeBook
  /** The id in the path. */
  id: string
  params: Params
  query: Params
  file: UploadedFile | undefined
  fate: Fate
  settings: Settings
}

type Handler = (call: Call) => object

const ROUTES: readonly [method: string, path: RegExp, handler: Handler][] = [
  ['POST', /^\/v1\/payment_intents$/, ({ book, params, fate }) => createPaymentIntent(book, params, fate)],
  ['GET', /^\/v1\/payment_intents$/, ({ book, query }) => listPaymentIntents(book, query)],
  ['GET', /^\/v1\/payment_intents\/(\w+)$/, ({ book, id, query }) => readPaymentIntent(book, id, query)],
  ['POST', /^\/v1\/payment_intents\/(\w+)\/cancel$/, ({ book, id }) => cancelPaymentIntent(book, id)],
  ['GET', /^\/v1\/charges$/, ({ book, query }) => listCharges(book, query)],
  ['GET', /^\/v1\/charges\/(\w+)$/, ({ book, id }) => found(book.charges, 'charge', id)],
  ['POST', /^\/v1\/transfers$/, ({ book, params, fate }) => createTransfer(book, params, fate)],
  ['GET', /^\/v1\/transfers$/, ({ book, query }) => listTransfers(book, query)],
  ['GET', /^\/v1\/transfers\/(\w+)$/, ({ book, id }) => found(book.transfers, 'transfer', id)],
  [
    'POST',
    /^\/v1\/transfers\/(\w+)\/reversals$/,
    ({ book, id, params, fate }) => createReversal(book, id, params, fate),
  ],
  ['GET', /^\/v1\/transfers\/(\w+)\/reversals$/, ({ book, id, query }) => listReversals(book, id, query)],
  [
    'POST',
    /^\/v1\/refunds$/,
    ({ book, params, fate, settings }) => createRefund(book, params, fate, settings.refundsAre),
  ],
  ['GET', /^\/v1\/refunds$/, ({ book, query }) => listRefunds(book, query)],
  ['GET', /^\/v1\/refunds\/(\w+)$/, ({ book, id }) => found(book.refunds, 'refund', id)],
  ['GET', /^\/v1\/disputes\/(\w+)$/, ({ book, id, query }) => readDispute(book, id, query)],
  ['POST', /^\/v1\/disputes\/(\w+)$/, ({ book, id, params }) => updateDispute(book, id, params)],
  ['POST', /^\/v1\/files$/, ({ book, params, file }) => createFile(book, params, file)],
  ['GET', /^\/v1\/balance_transactions$/, ({ book, query }) => listLines(book, query)],
  ['POST', /^\/v1\/customers$/, ({ book, params }) => createCustomer(book, params)],
  ['GET', /^\/v1\/customers\/(\w+)\/payment_methods$/, ({ book, id, query }) => listPaymentMethods(book, id, query)],
  ['GET', /^\/v1\/payment_methods\/(\w+)$/, ({ book, id }) => found(book.paymentMethods, 'PaymentMethod', id)],
  ['POST', /^\/v1\/payment_methods\/(\w+)\/detach$/, ({ book, id }) => detachPaymentMethod(book, id)],
  ['POST', /^\/v1\/accounts$/, ({ book, params }) => createAccountV1(book, params)],
  ['GET', /^\/v1\/accounts\/(\w+)$/, ({ book, id }) => readAccountV1(book, id)],
  ['POST', /^\/v1\/account_links$/, ({ book, params }) => createLinkV1(book, params)],
  [
    'POST',
    /^\/v2\/core\/accounts$/,
    ({ book, params, settings }) => createAccountV2(book, params, settings.isAccountsV2Blocked),
  ],
  [
    'GET',
    /^\/v2\/core\/accounts\/(\w+)$/,
    ({ book, id, query, settings }) => readAccountV2(book, id, query, settings.isAccountsV2Blocked),
  ],
  [
    'POST',
    /^\/v2\/core\/account_links$/,
    ({ book, params, settings }) => createLinkV2(book, params, settings.isAccountsV2Blocked),
  ],
]

/** Returns the handler of a request and the id in its path; undefined if there is none. */
export function routeOf(method: string, path: string): { handler: Handler; id: string } | undefined {
  for (const [wanted, pattern, handler] of ROUTES) {
    const match = wanted === method ? pattern.exec(path) : null
    if (match) return { handler, id: match[1] ?? '' }
  }
  return undefined
}
