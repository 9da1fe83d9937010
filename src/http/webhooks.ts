/** POST /webhooks/payments: the provider says that something has happened. A hint, not a fact: we ask it what. */
import type { Work } from '../jobs/timer.ts'
import type { Webhook } from '../payments/provider.ts'
import { lookUpNow } from '../transfers/lookUpNow.ts'

export const WEBHOOK_PATH = '/webhooks/payments'

/**
 * Takes a webhook: true only when what follows from it is done, also when nothing does; false when it is not the provider's, and then
 * nothing is done. What it throws is for the provider a reason to send it again. The same webhook twice is harmless.
 */
export async function receiveWebhook(work: Work, webhook: Webhook): Promise<boolean> {
  const question = await work.payments.readWebhook(webhook)
  if (!question) return false
  await lookUpNow(work, question)
  return true
}
