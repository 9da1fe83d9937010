/** Webhooks of the payment provider: a webhook is a hint, not a fact, so the server looks up the outcome at the provider. */
import { lookUpAccount } from '../accounts/payouts/lookUpReadiness.ts'
import { noticeChargeback } from '../chargebacks/noticeChargeback.ts'
import type { Work } from '../jobs/timer.ts'
import type { Notice, PaymentProvider, Webhook } from '../payments/port/provider.ts'
import { processOnce } from '../payments/webhooks/processOnce.ts'
import { lookUpNow } from '../transfers/lookUpNow.ts'

/** The path to which the sandbox sends webhooks. Other providers have a path below it. */
export const WEBHOOK_PATH = '/webhooks/payments'

/** The paths of the webhooks of a provider. */
export const webhookPathsOf = ({ traits: { name } }: PaymentProvider): string[] =>
  name === 'sandbox' ? [WEBHOOK_PATH, `${WEBHOOK_PATH}/${name}`] : [`${WEBHOOK_PATH}/${name}`]

/**
 * `processed`: dealt with, now or by an earlier delivery, or about nothing of ours. `forged`: not from the provider, or too old.
 * `unfinished`: the provider must deliver it again, as after an exception.
 */
export type WebhookResult = 'processed' | 'forged' | 'unfinished'

/** Processes a webhook once, however often it is delivered. */
export async function receiveWebhook(work: Work, webhook: Webhook): Promise<WebhookResult> {
  const { database, payments, log } = work
  const notice = await payments.readWebhook(webhook)
  if (!notice) return 'forged'
  const { eventId, about } = notice
  if (!about) return 'processed'
  const event = { provider: payments.traits.name, eventId }
  const isDone = await processOnce(database, event, () => apply(work, about))
  if (!isDone) log.info({ ...event, about: about.kind }, 'webhook not processed yet; the provider delivers it again')
  return isDone ? 'processed' : 'unfinished'
}

/** Follows a webhook by a look-up; returns false if the provider could not be reached. */
async function apply(work: Work, about: NonNullable<Notice['about']>): Promise<boolean> {
  if (about.kind === 'account') return lookUpAccount(work, about)
  if ('reference' in about) return lookUpNow(work, about)
  if (about.kind === 'chargeback') await noticeChargeback(work, about)
  return true
}
