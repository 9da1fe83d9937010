import { ForbiddenError } from '../domain/errors.ts'
import type { WebhookSettings } from '../jobs/webhookSettings.ts'
import { isRefused } from './addresses.ts'

/** Refuses with ForbiddenError ADDRESS_NOT_ALLOWED an address that shows by itself that webhooks may not be sent to it. */
export function refuseAddress(url: URL, { allowedAddresses }: WebhookSettings): void {
  if (!isRefused(url, allowedAddresses)) return
  throw new ForbiddenError(
    'Webhooks are sent by https to public addresses only. Use the address of a server on the internet.',
    'ADDRESS_NOT_ALLOWED',
  )
}
