/** POST /webhooks/payments: a webhook is a hint, not a fact, so the server looks up the outcome at the provider. */
import type { Work } from '../jobs/timer.ts'
import type { Webhook } from '../payments/port/provider.ts'
import { lookUpNow } from '../transfers/lookUpNow.ts'

/** The path to which the payment provider sends webhooks. */
export const WEBHOOK_PATH = '/webhooks/payments'

/**
 * Processes a webhook, and returns true when that is done, even if nothing was to do. Returns false if it is not from the
 * provider. After an exception the provider sends it again; processing is idempotent.
 */
export async function receiveWebhook(work: Work, webhook: Webhook): Promise<boolean> {
  const notice = await work.payments.readWebhook(webhook)
  if (!notice) return false
  const { about } = notice
  if (about && 'reference' in about) await lookUpNow(work, about)
  return true
}
