/** POST /webhooks/payments: the provider says that something has happened. A hint, not a fact: we ask it what. */
import type { Work } from '../jobs/timer.ts'
import type { Webhook } from '../payments/provider.ts'
import { askProviderNow } from '../transfers/askProviderNow.ts'

export const WEBHOOK_PATH = '/webhooks/payments'

/** What to answer the provider: it sends again what was not taken. */
export type WebhookStatus = 200 | 400 | 500

/**
 * Takes a webhook: 200 only when what follows from it is done, also when nothing does; 400 when it is not the provider's,
 * and then nothing is done; 500 when it could not be followed up. The same webhook twice is harmless.
 */
export async function receiveWebhook(work: Work, webhook: Webhook): Promise<WebhookStatus> {
  try {
    const question = await work.payments.readWebhook(webhook)
    if (!question) return 400
    await askProviderNow(work, question)
    return 200
  } catch (error) {
    work.log.error({ err: error }, 'a webhook could not be followed up')
    return 500
  }
}
