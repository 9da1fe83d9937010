/** Signed links to statements as CSV: whose, of what span, for which viewer, until when. A request for one needs no header. */
import { asPublicId, fromPublicId, textOf, toPublicId } from '../../../db/ids.ts'
import { makeLinkSigner } from '../../../domain/linkSigner.ts'
import type { StatementSpan } from './statementSpan.ts'

/** The path of statements as CSV. */
export const STATEMENTS_PATH = '/statements/'

/** The viewer's own statement, or the platform's. */
type Whose = 'own' | 'platform'

export interface StatementLink extends Pick<StatementSpan, 'currency' | 'from' | 'to'> {
  whose: Whose
  /** The session of the viewer. */
  sessionId: string
  expiresAt: Date
}

export interface StatementLinks {
  ttlMs: number
  /** Returns the URL of a statement for this viewer, valid until `expiresAt`. */
  write(link: StatementLink): string
  /** Parses a link; undefined if its signature is not ours or it has expired. */
  read(pathAndQuery: string): StatementLink | undefined
}

const PARAMETERS = ['currency', 'from', 'to', 'viewer', 'expires'] as const

/** `baseUrl` is called for each link, because a server knows its own URL only once it listens. */
export function makeStatementLinks(options: {
  secret: Uint8Array
  ttlMs: number
  baseUrl: () => string
}): StatementLinks {
  const { secret, ttlMs, baseUrl } = options
  const signer = makeLinkSigner(secret, 'errand statement links')
  return {
    ttlMs,
    write({ whose, currency, from, to, sessionId, expiresAt }) {
      const path = `${STATEMENTS_PATH}${whose}.csv`
      const query = new URLSearchParams({
        currency,
        from: from.toISOString(),
        to: to.toISOString(),
        viewer: textOf(toPublicId('ses', sessionId)),
        expires: String(Math.floor(expiresAt.getTime() / 1_000)),
      })
      const signature = signer.sign(`${path}?${query}`)
      return `${baseUrl()}${path}?${query}&signature=${signature}`
    },
    read(pathAndQuery) {
      const [path = '', text = ''] = pathAndQuery.split('?', 2)
      const sent = new URLSearchParams(text)
      const query = new URLSearchParams(PARAMETERS.map((name) => [name, sent.get(name) ?? '']))
      if (!signer.isSigned(`${path}?${query}`, sent.get('signature') ?? '')) return undefined
      const value = (name: (typeof PARAMETERS)[number]) => query.get(name) ?? ''
      const expiresAt = new Date(Number(value('expires')) * 1_000)
      const sessionId = fromPublicId('ses', asPublicId(value('viewer')))
      if (!sessionId || !(expiresAt.getTime() > Date.now())) return undefined
      const whose = path === `${STATEMENTS_PATH}platform.csv` ? 'platform' : 'own'
      const span = { currency: value('currency'), from: new Date(value('from')), to: new Date(value('to')) }
      return { whose, ...span, sessionId, expiresAt }
    },
  }
}
