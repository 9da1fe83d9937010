import { asPublicId } from '../../db/ids.ts'
import { NotFoundError, ProviderUnavailableError } from '../../domain/errors.ts'
import type { Work } from '../../jobs/timer.ts'
import { findCustomer } from './customerOf.ts'

/**
 * Removes a saved payment method at the provider, outside of any transaction. Refuses, in this order: NotFoundError (not saved by this
 * person, or removed before); ProviderUnavailableError.
 */
export async function removePaymentMethod(
  work: Pick<Work, 'database' | 'payments'>,
  { callerId, paymentMethodId }: { callerId: string; paymentMethodId: string },
): Promise<void> {
  const customerReference = await findCustomer(work, callerId)
  if (customerReference === null) throw new NotFoundError(asPublicId(paymentMethodId))
  const removal = await work.payments.paymentMethods.detach({ paymentMethodId, customerReference })
  if (removal.kind === 'never') throw new NotFoundError(asPublicId(paymentMethodId))
  if (removal.kind === 'unreachable') throw new ProviderUnavailableError()
}
