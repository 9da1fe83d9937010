/** Port to the mail server. `src/mail/smtpTransport.ts` implements it. */

/** A rendered mail. */
export interface Message {
  /** The same for every attempt, so that a mail server or a mailbox can drop a repetition. Without angle brackets. */
  messageId: string
  to: { name: string; address: string }
  subject: string
  text: string
  html: string
  /** The link that turns mails of this kind off, for one click in the mail program (RFC 8058). */
  unsubscribeUrl?: string
}

/** The outcome of one attempt. Failures are values, because the job decides about the next attempt. */
export type MailOutcome =
  | { kind: 'sent' }
  /** The server refused this mail for good, for example because the mailbox does not exist. */
  | { kind: 'refused'; reason: string }
  /** The server refused for now, did not answer, or its answer was lost. */
  | { kind: 'failed'; reason: string }

export interface MailTransport {
  send(message: Message): Promise<MailOutcome>
}

/** Everything that the delivery of mails needs. */
export interface MailSettings {
  /** Null: mails are not sent anywhere; `Sandbox.mails` shows them. */
  transport: MailTransport | null
  /** Opens the encrypted tokens of mails. */
  authSecret: Uint8Array
  /** The address of the app that people use, without a trailing slash: links in mails begin with it. */
  appUrl: () => string
  /** The address of this API, without a trailing slash: links that need no app begin with it. */
  apiUrl: () => string
}
