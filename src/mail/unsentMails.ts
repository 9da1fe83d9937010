import type { Statements } from '../db/statements.ts'
import type { MailSettings } from '../jobs/mailTransport.ts'
import { renderStored } from './deliverMail.ts'
import { readNewestMails, readNewestMailsTo } from './mails.sql.ts'

export interface UnsentMail {
  id: string
  to: string
  subject: string
  text: string
  html: string
  sentAt: Date
}

/** The mails that were not sent anywhere, newest first. One whose token cannot be decrypted any more is left out. */
export async function readUnsentMails(
  database: Statements,
  settings: Pick<MailSettings, 'appUrl' | 'apiUrl' | 'authSecret'>,
  { to, limit }: { to: string | null; limit: number },
): Promise<UnsentMail[]> {
  const mails = await (to === null ? readNewestMails(database, { limit }) : readNewestMailsTo(database, { to, limit }))
  return mails.flatMap((mail) => {
    const rendered = renderStored(mail, settings)
    if (!rendered) return []
    const { subject, text, html } = rendered
    return [{ id: mail.id, to: mail.toAddress, sentAt: mail.createdAt, subject, text, html }]
  })
}
