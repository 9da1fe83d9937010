/** Delivers a mail: claims it, sends it outside of any transaction, and records the outcome. */
import type { Mail } from '../db/generated/client.ts'
import { withTransaction } from '../db/transaction.ts'
import type { MailOutcome, MailSettings, Message } from '../jobs/mailTransport.ts'
import type { Work } from '../jobs/timer.ts'
import type { MailKind, MailParameters } from './mailKinds.ts'
import { claimMail, endMail, retryMail } from './mails.sql.ts'
import { type RenderedMail, renderMail } from './renderMail.ts'
import { unseal } from './seal.ts'
import { unsubscribeLink } from './unsubscribeLink.ts'

// The longest attempt of the transport, and some seconds for the transaction that records its outcome.
const LEASE_MS = 60_000
const MINUTE_MS = 60_000
// Growing pauses; the last is repeated until the mail is a day old.
const PAUSES_MS = [1, 5, 15, 60, 180, 360].map((minutes) => minutes * MINUTE_MS)
const GIVES_UP_AFTER_MS = 24 * 60 * MINUTE_MS

/**
 * Sends a mail if it is due; returns true if it was. A refused mail fails at once; another failure is retried for a day. If the process
 * dies after the mail server has accepted the mail, it is sent again with the same Message-ID.
 */
export async function deliverMail(work: Work, { mailId }: { mailId: string }): Promise<boolean> {
  const { database, mails, log } = work
  const mail = await withTransaction(database, (tx) => claimMail(tx, { mailId, leaseMs: LEASE_MS }))
  if (!mail) return false
  const outcome = await attempt(mails, mail)
  const { id, kind, attemptCount, createdAt, now } = mail
  const claimed = { mailId: id, attemptCount }
  const isTooOld = now.getTime() - createdAt.getTime() >= GIVES_UP_AFTER_MS
  await withTransaction(database, async (tx) => {
    if (outcome.kind === 'sent') {
      await endMail(tx, { ...claimed, status: 'SENT', failure: null, keepsToken: mails.transport === null })
    } else if (outcome.kind === 'refused' || isTooOld) {
      await endMail(tx, { ...claimed, status: 'FAILED', failure: outcome.reason, keepsToken: false })
    } else {
      const pauseMs = PAUSES_MS[Math.min(attemptCount, PAUSES_MS.length) - 1] ?? MINUTE_MS
      await retryMail(tx, { ...claimed, pauseMs, failure: outcome.reason })
    }
  })
  if (outcome.kind === 'sent') log.info({ mail: id, kind, attempt: attemptCount }, 'mail sent')
  else log.warn({ mail: id, kind, attempt: attemptCount, reason: outcome.reason }, 'mail not sent')
  return true
}

async function attempt(settings: MailSettings, mail: Mail): Promise<MailOutcome> {
  const { transport } = settings
  const rendered = renderStored(mail, settings)
  if (!rendered) return { kind: 'refused', reason: 'Its token was encrypted with another AUTH_SECRET.' }
  if (!transport) return { kind: 'sent' }
  return transport.send(messageOf(mail, rendered))
}

/** Renders a stored mail; undefined if it needs a token that cannot be decrypted. */
export function renderStored(
  mail: Mail,
  { appUrl, apiUrl, authSecret }: Pick<MailSettings, 'appUrl' | 'apiUrl' | 'authSecret'>,
): RenderedMail | undefined {
  const token = mail.sealedToken ? unseal(mail.sealedToken, authSecret) : undefined
  if (mail.sealedToken && token === undefined) return undefined
  const content = contentOf(mail)
  const options = { appUrl: appUrl(), token }
  if (!('kinds' in content.parameters)) return renderMail(content, options)
  const { kinds } = content.parameters
  const unsubscribeUrl = unsubscribeLink({ secret: authSecret, apiUrl: apiUrl() }, { userId: mail.userId, kinds })
  return renderMail(content, { ...options, unsubscribeUrl })
}

const contentOf = ({ kind, locale, parameters }: Mail) => ({
  kind: kind as MailKind,
  locale,
  parameters: parameters as unknown as MailParameters[MailKind],
})

function messageOf(mail: Mail, rendered: RenderedMail): Message {
  const { name } = contentOf(mail).parameters
  return { messageId: `${mail.id}@errand`, to: { name, address: mail.toAddress }, ...rendered }
}
