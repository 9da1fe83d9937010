/** The HTTP server: routes, bounds on slow and idle connections, and a stop that lets what is in flight finish. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { Logger } from 'pino'
import { noStatements } from '../db/statementCount.ts'
import { limitBody, watchBodies } from './bodyDeadline.ts'
import { addressOf, type RequestMeta, requestIdOf } from './requestMeta.ts'
import { targetRefusal } from './requestTarget.ts'
import { loggedCause } from './responses/loggedCause.ts'
import { outageOf } from './responses/outage.ts'
import { Response, sendError } from './responses/responses.ts'
import { answerUnreadableRequests } from './responses/unreadableRequests.ts'

// An honest client sends its head at once and its body within seconds; one that does not is cut within 15 s.
const HEAD_TIMEOUT_MS = 8_000
const BODY_TIMEOUT_MS = 12_000
const TIMEOUT_CHECK_MS = 1_000
// Node's own default, whatever options the surroundings give to Node; so is the strict parser.
const HEAD_BYTES_MAX = 16_384
// Longer than load balancers keep theirs (60 s), so that it is they who close a connection between two requests.
const KEEP_ALIVE_MS = 65_000
// What a process may have open is some thousands; further connections are refused, not left waiting.
const CONNECTIONS_MAX = 5_000
const IDLE_SWEEP_MS = 25

type AnsweringServer = Server<typeof IncomingMessage, typeof Response>

export type Route = (request: IncomingMessage, response: Response, meta: RequestMeta) => unknown

export interface ServerOptions {
  /** By path: exactly, or where the path of the route ends with a slash, everything below it. */
  routes: ReadonlyMap<string, Route>
  trustProxyHops: number
  log: Logger
  onAnswer: (route: string, status: number) => void
}

export interface HttpServer {
  /** The address at which it can be reached from this machine. Rejects with what the system says when it cannot listen. */
  listen(place: { host: string; port: number }): Promise<string>
  /** Takes no new connection, lets answers in flight finish for as long, then cuts what is left. */
  stop(graceMs: number): Promise<void>
}

/** A server that does not listen yet. */
export function makeHttpServer(options: ServerOptions): HttpServer {
  const countAnswer = countingBy(options.onAnswer)
  const server = createServer(
    {
      headersTimeout: HEAD_TIMEOUT_MS,
      requestTimeout: 0, // By limitBody: an upload may take longer than the rest.
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEAD_BYTES_MAX,
      insecureHTTPParser: false,
      requireHostHeader: false, // By targetRefusal, which also says what is wrong.
      noDelay: true,
      ServerResponse: Response,
    },
    (request, response) => {
      // One for all answers: a function of its own for each is made, bound and let go of.
      response.on('finish', countAnswer)
      void answer(request, response, options)
    },
  )
  server.maxConnections = CONNECTIONS_MAX
  watchBodies(server)
  answerUnreadableRequests(server, options)
  return {
    listen: (place) => listen(server, place),
    stop: (graceMs) => stop(server, graceMs),
  }
}

function countingBy(onAnswer: ServerOptions['onAnswer']) {
  return function (this: Response) {
    onAnswer(this.route, this.statusCode)
  }
}

async function answer(request: IncomingMessage, response: Response, options: ServerOptions): Promise<void> {
  const { routes, trustProxyHops, log } = options
  const requestId = requestIdOf(request.headers['x-request-id'])
  response.requestId = requestId
  if (hasBody(request)) limitBody(request, response, BODY_TIMEOUT_MS)
  try {
    const refusal = targetRefusal(request)
    if (refusal) return sendError(response, 'BAD_REQUEST', { requestId, message: refusal })
    const path = routeOf(request, routes)
    const route = routes.get(path)
    if (!route) return sendError(response, 'NOT_FOUND', { requestId })
    response.route = path
    await route(request, response, requestMetaOf(request, requestId, trustProxyHops))
  } catch (error) {
    // The client has gone before its body was there: nobody's trouble, and nobody to answer.
    if (error === request.errored) return
    const outage = outageOf(error)
    log[outage ? 'warn' : 'error'](
      { requestId, code: outage ?? 'INTERNAL', cause: loggedCause(error) },
      'a request failed',
    )
    if (response.headersSent) {
      response.destroy()
      return
    }
    if (outage) response.setHeader('retry-after', '1')
    sendError(response, outage ?? 'INTERNAL', { requestId })
  }
}

const requestMetaOf = (request: IncomingMessage, requestId: string, trustProxyHops: number): RequestMeta => ({
  requestId,
  address: addressOf(request, trustProxyHops),
  count: noStatements(),
})

function routeOf({ url = '' }: IncomingMessage, routes: ServerOptions['routes']): string {
  if (routes.has(url)) return url
  const [path = ''] = url.split('?', 1)
  return routes.has(path) ? path : path.slice(0, path.indexOf('/', 1) + 1)
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined

function listen(server: AnsweringServer, { host, port }: { host: string; port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(urlOf(server.address() as AddressInfo))
    })
  })
}

function urlOf({ address, port }: AddressInfo): string {
  const reachable = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`
}

async function stop(server: AnsweringServer, graceMs: number): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  // A connection whose last answer has just been sent would wait for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS)
  await closed
  clearTimeout(cut)
  clearInterval(sweep)
}
