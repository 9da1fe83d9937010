/**
 * The link in mails that turns their kind off without a sign-in (RFC 8058). POST turns it off: mail programs send it by one click. GET shows
 * a page with a button, because programs that scan mails follow links.
 */
import type { Database } from '../db/client.ts'
import { withTransaction } from '../db/transaction.ts'
import { readUnsubscribeLink } from '../mail/unsubscribeLink.ts'
import { turnOffMails } from '../notifications/setNotificationSetting.ts'
import { BodyTooLarge, readBody } from './body.ts'
import { answerMethod } from './methods.ts'
import { sendError } from './responses/responses.ts'
import type { Route } from './server.ts'

// `List-Unsubscribe=One-Click` and nothing else.
const BODY_BYTES_MAX = 1_024

const page = (content: string) =>
  `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Mails</title></head>\n<body>${content}</body>\n</html>\n`
const QUESTION = page(
  '<form method="post"><p>Turn mails of this kind off?</p><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>Turn off</button></form>',
)
const DONE = page('<p>Mails of this kind are turned off. You can turn them on again in your settings.</p>')
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
  // The address has a signature.
  'referrer-policy': 'no-referrer',
}

/** Returns the route. Every link that is not ours is answered with 404. */
export function unsubscribeRoute({ database, authSecret }: { database: Database; authSecret: Uint8Array }): Route {
  return async (request, response, { requestId }) => {
    if (answerMethod(request, response, ['GET', 'HEAD', 'POST'])) return
    const link = readUnsubscribeLink(authSecret, request.url ?? '')
    if (!link) return sendError(response, 'NOT_FOUND', { requestId })
    if (request.method === 'POST') {
      try {
        await readBody(request, BODY_BYTES_MAX)
      } catch (error) {
        if (!(error instanceof BodyTooLarge)) throw error
        const message = `This request can have at most ${BODY_BYTES_MAX} bytes.`
        return sendError(response, 'BAD_REQUEST', { requestId, status: 413, message })
      }
      await withTransaction(database, (tx) => turnOffMails(tx, link))
    }
    const text = request.method === 'POST' ? DONE : QUESTION
    response.writeHead(200, { ...HEADERS, 'content-length': Buffer.byteLength(text) })
    response.end(request.method === 'HEAD' ? undefined : text)
  }
}
