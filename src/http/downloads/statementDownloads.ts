/** GET /statements/...: serves a statement as CSV to the holder of a signed link, if the viewer of the link may still see it. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import { contentDisposition } from '../../files/inspection/filename.ts'
import { openStatement } from '../../transfers/ledger/statements/openStatement.ts'
import { statementCsv } from '../../transfers/ledger/statements/statementCsv.ts'
import type { StatementLink, StatementLinks } from '../../transfers/ledger/statements/statementLinks.ts'
import { answerOrigin } from '../cors.ts'
import { answerMethod, READING } from '../methods.ts'
import type { RequestMeta } from '../requestMeta.ts'
import { loggedCause } from '../responses/loggedCause.ts'
import { outageOf } from '../responses/outage.ts'
import { type HttpResponse, sendError } from '../responses/responses.ts'
import type { Route } from '../server.ts'

// A client that reads nothing for this long is disconnected.
const SILENCE_MS = 30_000

export interface StatementDownloads {
  database: Database
  staffNeedsSecondFactor: boolean
  links: StatementLinks
  corsOrigins: readonly string[]
  log: Logger
}

/** Returns the route: it streams the statement, and sends 404 for every link that opens none, for any reason. */
export function makeStatementDownloads(downloads: StatementDownloads): Route {
  const { database, links, corsOrigins, log } = downloads
  return async (request, response, { requestId }: RequestMeta) => {
    if (answerOrigin(request, response, { origins: corsOrigins, methods: READING })) return
    if (answerMethod(request, response, READING)) return
    const link = links.read(request.url ?? '')
    const statement = link && (await openStatement(downloads, link))
    if (!link || !statement) return sendError(response, 'NOT_FOUND', { requestId })
    setHeaders(response, link)
    if (request.method === 'HEAD') return void response.writeHead(200).end()
    const csv = statementCsv(database, statement)
    // Read before the head is sent, so that an outage is an error response.
    const first = await csv.next()
    response.writeHead(200)
    const cause = await send(response, first.value ?? '', csv)
    if (cause === undefined) return
    const outage = outageOf(cause)
    const line = { requestId, code: outage ?? 'INTERNAL', cause: loggedCause(cause) }
    log[outage ? 'warn' : 'error'](line, 'request failed')
  }
}

function setHeaders(response: HttpResponse, { whose, currency, from, to }: StatementLink): void {
  const days = [from, to].map((at) => at.toISOString().slice(0, 10))
  const name = `${whose === 'platform' ? 'platform ' : ''}statement ${currency} ${days.join(' to ')}.csv`
  response.setHeader('content-type', 'text/csv; charset=utf-8; header=present')
  response.setHeader('content-disposition', contentDisposition(name))
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox")
}

/**
 * Streams the pages with backpressure; ends the reading when the client disconnects or stops reading. Returns the error of a read that
 * failed: the connection is cut then, so that the client does not take the part for the whole.
 */
async function send(response: HttpResponse, first: string, rest: AsyncGenerator<string, void>): Promise<unknown> {
  let cause: unknown
  async function* pages() {
    yield first
    // Not `yield*`: the error by which a stream ends its source would look like one of the read.
    for (;;) {
      const next = await rest.next().catch((error: unknown) => {
        cause = error
        throw error
      })
      if (next.done) return
      yield next.value
    }
  }
  response.setTimeout(SILENCE_MS, () => response.destroy())
  await pipeline(Readable.from(pages(), { objectMode: false }), response).catch(() => {})
  return cause
}
