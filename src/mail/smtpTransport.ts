/** Sends mails by SMTP (RFC 5321) with nodemailer, one connection for each mail. */
import { createTransport } from 'nodemailer'
import type { MailOutcome, MailTransport, Message } from '../jobs/mailTransport.ts'

// Each step of the conversation; together they stay below the lease of a delivery.
const CONNECT_TIMEOUT_MS = 10_000
const SOCKET_TIMEOUT_MS = 15_000

interface SmtpSettings {
  /** `smtp://` or `smtps://`, with user name and password. */
  url: string
  /** The sender, as `Name <address>` or an address. */
  from: string
}

/** Creates the transport. It connects when it sends. */
export function smtpTransport({ url, from }: SmtpSettings): MailTransport {
  const transport = createTransport({
    url,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    // A mail has no attachments, so its content never reads files or addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ messageId, unsubscribeUrl, ...message }: Message): Promise<MailOutcome> {
      try {
        // RFC 3834: an automatic responder does not answer.
        const headers = { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(unsubscribeUrl) }
        await transport.sendMail({ from, messageId: `<${messageId}>`, headers, ...message })
        return { kind: 'sent' }
      } catch (error) {
        return failureOf(error)
      }
    },
  }
}

// RFC 2369 and RFC 8058: the mail program shows a button, and sends a POST when it is pressed.
const unsubscribeHeaders = (url: string | undefined): Record<string, string> =>
  url === undefined ? {} : { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }

/** The reason has codes only: answers of mail servers repeat addresses. */
function failureOf(error: unknown): MailOutcome {
  const {
    code = 'unknown',
    responseCode,
    command,
  } = error as Partial<Record<'code' | 'command', string>> & {
    responseCode?: number
  }
  const reason = [code, responseCode, command].filter(Boolean).join(' ')
  // 5xx to the recipient or the content is final; to the sign-in it is a fault of the settings.
  const isFinal = responseCode !== undefined && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE')
  return { kind: isFinal ? 'refused' : 'failed', reason }
}
