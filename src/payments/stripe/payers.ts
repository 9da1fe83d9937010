/** Payers: Stripe's customers, and the cards that they have saved (https://docs.stripe.com/payments/save-during-payment). */
import Stripe from 'stripe'
import type { Payer, PaymentMethods, SavedPaymentMethod } from '../port/paymentMethods.ts'
import { isMissing } from './failures.ts'
import { keyOf, refusedOrUnreachable, unreachable } from './people.ts'
import { PAGE_SIZE } from './stripeClient.ts'

/** The part of the port about payers. */
export function stripePaymentMethods(stripe: Stripe): PaymentMethods {
  return {
    openCustomer: (payer) => openCustomer(stripe, payer).catch(refusedOrUnreachable),
    list: (customerReference) => list(stripe, customerReference).catch(unreachable),
    detach: (saved) => detach(stripe, saved).catch(unreachable),
  }
}

async function openCustomer(stripe: Stripe, { reference, email }: Payer) {
  const { id } = await stripe.customers.create(
    { email, metadata: { errand_reference: reference } },
    { idempotencyKey: keyOf('customer', { reference, email }) },
  )
  return { kind: 'opened' as const, customerReference: id }
}

async function list(stripe: Stripe, customerReference: string) {
  const { data } = await stripe.customers.listPaymentMethods(customerReference, { limit: PAGE_SIZE })
  return { kind: 'known' as const, paymentMethods: data.map(savedOf) }
}

const savedOf = ({ id, type, card }: Stripe.PaymentMethod): SavedPaymentMethod => ({
  id,
  kind: type,
  brand: card?.brand ?? null,
  lastDigits: card?.last4 ?? null,
  expires: card ? { year: card.exp_year, month: card.exp_month } : null,
})

/** Checks the owner first, because Stripe detaches a payment method by its id alone. */
async function detach(
  stripe: Stripe,
  { paymentMethodId, customerReference }: { paymentMethodId: string; customerReference: string },
): Promise<{ kind: 'detached' } | { kind: 'never' }> {
  try {
    const { customer } = await stripe.paymentMethods.retrieve(paymentMethodId)
    if (customer !== customerReference) return { kind: 'never' }
    await stripe.paymentMethods.detach(paymentMethodId)
    return { kind: 'detached' }
  } catch (error) {
    if (isMissing(error) || isDetached(error)) return { kind: 'never' }
    throw error
  }
}

const isDetached = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.code === 'payment_method_unexpected_state'
