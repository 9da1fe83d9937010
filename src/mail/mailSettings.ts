import type { Config } from '../config.ts'
import type { MailSettings } from '../jobs/mailTransport.ts'
import { smtpTransport } from './smtpTransport.ts'

/** The settings of mails by the configuration. Without a mail server there is no transport. */
export const mailSettings = (
  { smtp, publicAppUrl }: Pick<Config, 'smtp' | 'publicAppUrl'>,
  { authSecret, baseUrl }: { authSecret: Uint8Array; baseUrl: () => string },
): MailSettings => ({
  transport: smtp ? smtpTransport(smtp) : null,
  authSecret,
  appUrl: () => publicAppUrl ?? baseUrl(),
  apiUrl: baseUrl,
})
