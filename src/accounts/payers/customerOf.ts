/** The customers of payers at the provider. */
import { textOf, toPublicId } from '../../db/ids.ts'
import { withTransaction } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import type { Work } from '../../jobs/timer.ts'
import { insertCustomer, readPayer } from './paymentCustomers.sql.ts'

type Payments = Pick<Work, 'database' | 'payments'>

/** The customer of a person; null if they never paid by this provider. */
export async function findCustomer({ database, payments }: Payments, userId: string): Promise<string | null> {
  const payer = await readPayer(database, { userId, provider: payments.traits.name })
  return payer?.customerReference ?? null
}

/**
 * The customer of a person who is about to pay, opened at their first payment: a charge is found by it when its answer was lost. Null at a
 * provider without customers; undefined if the provider did not open it.
 */
export async function customerOf({ database, payments }: Payments, userId: string): Promise<string | null | undefined> {
  const { hasCustomers, name: provider } = payments.traits
  if (!hasCustomers) return null
  const payer = await readPayer(database, { userId, provider })
  if (!payer) throw NotFoundError.of('usr', userId)
  if (payer.customerReference !== null) return payer.customerReference
  const reference = textOf(toPublicId('usr', userId))
  const opened = await payments.paymentMethods.openCustomer({ reference, email: payer.email })
  if (opened.kind !== 'opened') return undefined
  const { customerReference } = opened
  await withTransaction(database, (tx) => insertCustomer(tx, { userId, provider, customerReference }))
  return customerReference
}
