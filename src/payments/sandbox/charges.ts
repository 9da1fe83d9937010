/** Charges of the sandbox: at once, or after the payer has authenticated the payment with its secret, as in 3-D Secure. */
import { createHmac } from 'node:crypto'
import { newId } from '../../db/ids.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'
import type { ChargeOrder, ChargeOutcome, Finding } from '../port/provider.ts'
import {
  type Authentication,
  findAuthentication,
  insertAuthentication,
  insertSavedMethod,
  lockAuthentication,
  setAuthenticationStatus,
} from './payers.sql.ts'
import { type Call, findMovement, insertMovement } from './sandbox.sql.ts'

/** The payment method whose payer has to authenticate each payment. */
export const AUTHENTICATED_METHOD = 'pm_authenticate'

const SECRET = /^(ch_[0-9a-f]{32})_secret_[0-9a-f]{24}$/

type Placed = Extract<ChargeOutcome, { kind: 'accepted' | 'needs_action' }>

/** Charges a payment method, or lets the charge wait for its payer. */
export async function placeCharge(tx: Tx, order: ChargeOrder, call: Call): Promise<Placed> {
  const { reference, idempotencyKey, amount, paymentMethodId, customerReference, savesPaymentMethod } = order
  const payment = {
    chargeId: `ch_${newId().replaceAll('-', '')}`,
    reference,
    idempotencyKey,
    amountMinor: amount.minorUnits,
    currency: amount.currencyCode,
    paymentMethodId,
    customerReference,
    savesPaymentMethod,
  }
  if (paymentMethodId === AUTHENTICATED_METHOD) {
    await insertAuthentication(tx, payment)
    return { kind: 'needs_action', ...receiptOf(payment.chargeId, call) }
  }
  await charge(tx, payment)
  return { kind: 'accepted', ...receiptOf(payment.chargeId, call) }
}

/** Looks up the charge of a hold, by our reference. */
export async function findCharge(
  database: Statements,
  { reference }: { reference: string },
  call: Call,
): Promise<Finding> {
  const movement = await findMovement(database, { kind: 'charge', reference })
  if (movement) return { kind: 'has', ...receiptOf(movement.id, call) }
  const authentication = await findAuthentication(database, { reference })
  if (!authentication) return { kind: 'never' }
  const { chargeId, status } = authentication
  if (status === 'WAITING') return { kind: 'needs_action', ...receiptOf(chargeId, call) }
  return status === 'CANCELED'
    ? { kind: 'failed', code: 'canceled', message: 'The payment was canceled.', isFinal: true }
    : { kind: 'failed', code: 'authentication_failed', message: 'The payer was not authenticated.', isFinal: true }
}

/** Cancels the charge of a hold if it still waits for its payer. */
export async function cancelCharge(tx: Tx, { reference }: { reference: string }): Promise<void> {
  const found = await findAuthentication(tx, { reference })
  const payment = found && (await lockAuthentication(tx, found))
  if (payment?.status === 'WAITING') await setAuthenticationStatus(tx, { ...payment, status: 'CANCELED' })
}

/** Finishes a waiting authentication under its secret; undefined if there is none. */
export async function finishAuthentication(
  tx: Tx,
  { clientSecret, succeeds }: { clientSecret: string; succeeds: boolean },
  call: Call,
): Promise<Authentication | undefined> {
  const chargeId = SECRET.exec(clientSecret)?.[1]
  if (chargeId === undefined || receiptOf(chargeId, call).clientSecret !== clientSecret) return undefined
  const payment = await lockAuthentication(tx, { chargeId })
  if (payment?.status !== 'WAITING') return undefined
  await setAuthenticationStatus(tx, { chargeId, status: succeeds ? 'DONE' : 'FAILED' })
  if (succeeds) await charge(tx, payment)
  return payment
}

async function charge(tx: Tx, payment: Omit<Authentication, 'status'>): Promise<void> {
  const { chargeId, customerReference, savesPaymentMethod, paymentMethodId } = payment
  await insertMovement(tx, { ...payment, id: chargeId, kind: 'charge', chargeId: null, transferId: null })
  if (savesPaymentMethod && customerReference !== null)
    await insertSavedMethod(tx, { customerReference, paymentMethodId })
}

/** The provider's id of a charge, and the secret, the same each time, with which the payer's client may follow it. */
function receiptOf(chargeId: string, { webhookSecret }: Call) {
  const digest = createHmac('sha256', webhookSecret).update(chargeId).digest('hex')
  return { providerReference: chargeId, clientSecret: `${chargeId}_secret_${digest.slice(0, 24)}` }
}
