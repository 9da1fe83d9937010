/** The mails of a server under test. */
import { mailSettings } from '../../src/mail/mailSettings.ts'
import { readUnsentMails, type UnsentMail } from '../../src/mail/unsentMails.ts'
import type { TestApp } from './servers/app.ts'

/** The mails to an address, newest first, of a server without a mail server. */
export const mailsTo = (app: TestApp, to: string): Promise<UnsentMail[]> =>
  readUnsentMails(
    app.database,
    mailSettings(app.config, { authSecret: app.authSecret, baseUrl: () => 'http://127.0.0.1' }),
    { to, limit: 100 },
  )

/** The token of the link in a mail. */
export function tokenIn({ text }: Pick<UnsentMail, 'text'>): string {
  const token = /\?token=([\w-]+)$/m.exec(text)?.[1]
  if (!token) throw new Error('The mail has no link with a token.')
  return token
}
