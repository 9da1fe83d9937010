/** The statements of the sandbox about payers: authentications and saved payment methods. */
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

/** A payment that its payer has to authenticate, or had to. */
export interface Authentication {
  chargeId: string
  reference: string
  idempotencyKey: string
  amountMinor: bigint
  currency: string
  paymentMethodId: string
  customerReference: string | null
  savesPaymentMethod: boolean
  status: 'WAITING' | 'DONE' | 'FAILED' | 'CANCELED'
}

export const insertAuthentication = (tx: Tx, payment: Omit<Authentication, 'status'>) => tx.run`
  /* insertAuthentication */
  insert into sandbox.authentications (
    charge_id, our_reference, idempotency_key, amount_minor, currency, payment_method_id, customer_reference,
    saves_payment_method, created_at
  )
  values (
    ${payment.chargeId}, ${payment.reference}, ${payment.idempotencyKey}, ${payment.amountMinor}, ${payment.currency},
    ${payment.paymentMethodId}, ${payment.customerReference}, ${payment.savesPaymentMethod}, errand_now()
  )`

/** The last authentication for an object of ours. */
export const findAuthentication = (database: Statements, { reference }: { reference: string }) => database.row<
  Pick<Authentication, 'chargeId' | 'status'>
>`
  /* findAuthentication */
  select charge_id, status::text as status
  from sandbox.authentications
  where our_reference = ${reference}
  order by charge_id desc
  limit 1`

export const lockAuthentication = (tx: Tx, { chargeId }: { chargeId: string }) => tx.row<Authentication>`
  /* lockAuthentication */
  select
    charge_id, our_reference as reference, idempotency_key, amount_minor, currency, payment_method_id, customer_reference,
    saves_payment_method, status::text as status
  from sandbox.authentications
  where charge_id = ${chargeId}
  for update`

export const setAuthenticationStatus = (tx: Tx, { chargeId, status }: Pick<Authentication, 'chargeId' | 'status'>) =>
  tx.run`
  /* setAuthenticationStatus */
  update sandbox.authentications
  set status = ${status}::sandbox.authentication_status
  where charge_id = ${chargeId}`

interface Saved {
  customerReference: string
  paymentMethodId: string
}

export const insertSavedMethod = (tx: Tx, { customerReference, paymentMethodId }: Saved) => tx.run`
  /* insertSavedMethod */
  insert into sandbox.saved_payment_methods (customer_reference, payment_method_id, saved_at)
  values (${customerReference}, ${paymentMethodId}, errand_now())
  on conflict do nothing`

export const listSavedMethods = (
  database: Statements,
  { customerReference, limit }: { customerReference: string; limit: number },
) => database.rows<{ paymentMethodId: string }>`
  /* listSavedMethods */
  select payment_method_id
  from sandbox.saved_payment_methods
  where customer_reference = ${customerReference}
  order by saved_at desc, payment_method_id
  limit ${limit}`

export const deleteSavedMethod = (tx: Tx, { customerReference, paymentMethodId }: Saved) => tx.run`
  /* deleteSavedMethod */
  delete from sandbox.saved_payment_methods
  where customer_reference = ${customerReference}
    and payment_method_id = ${paymentMethodId}`
