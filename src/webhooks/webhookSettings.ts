import type { Config } from '../config.ts'
import type { WebhookSettings } from '../jobs/webhookSettings.ts'
import { lookUpHost } from './lookUpHost.ts'

const TIMEOUT_MS = 10_000

/** The settings of outgoing webhooks by the configuration. */
export const webhookSettings = ({
  webhookAllowedAddresses,
}: Pick<Config, 'webhookAllowedAddresses'>): WebhookSettings => ({
  allowedAddresses: webhookAllowedAddresses,
  lookup: lookUpHost,
  timeoutMs: TIMEOUT_MS,
})
