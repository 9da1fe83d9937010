/** The HTTP server: routing, limits on slow and idle connections, and graceful shutdown. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { Logger } from 'pino'
import { noStatements } from '../db/statementCount.ts'
import { limitBody, watchBodies } from './bodyDeadline.ts'
import { addressOf, type RequestMeta, requestIdOf } from './requestMeta.ts'
import { targetRefusal } from './requestTarget.ts'
import { loggedCause } from './responses/loggedCause.ts'
import { outageOf } from './responses/outage.ts'
import { HttpResponse, sendError } from './responses/responses.ts'
import { answerUnreadableRequests } from './responses/unreadableRequests.ts'

// A legitimate client sends its headers at once and its body within seconds; others are disconnected within 15 s.
const HEAD_TIMEOUT_MS = 8_000
const BODY_TIMEOUT_MS = 12_000
const TIMEOUT_CHECK_MS = 1_000
// The default of Node.js, set explicitly so that NODE_OPTIONS cannot change it; so is the strict parser.
const HEAD_BYTES_MAX = 16_384
// Longer than load balancers keep connections (60 s), so that the balancer closes an idle connection, not the server.
const KEEP_ALIVE_MS = 65_000
// A process may have a few thousand open files; further connections are refused, not queued.
const CONNECTIONS_MAX = 5_000
const IDLE_SWEEP_MS = 25

type AnsweringServer = Server<typeof IncomingMessage, typeof HttpResponse>

export type Route = (request: IncomingMessage, response: HttpResponse, meta: RequestMeta) => unknown

export interface ServerOptions {
  /** By path: exact, or a prefix if it ends with a slash. */
  routes: ReadonlyMap<string, Route>
  trustProxyHops: number
  log: Logger
  onAnswer: (route: string, status: number) => void
}

export interface HttpServer {
  /** Returns the URL of the server on this machine. Rejects with the system's error if it cannot listen. */
  listen(address: { host: string; port: number }): Promise<string>
  /** Stops accepting connections, lets requests in flight finish within the grace period, then closes the rest. */
  stop(graceMs: number): Promise<void>
}

/** Returns a server that does not listen yet. */
export function makeHttpServer(options: ServerOptions): HttpServer {
  const countAnswer = countingBy(options.onAnswer)
  const server = createServer(
    {
      headersTimeout: HEAD_TIMEOUT_MS,
      requestTimeout: 0, // limitBody does it, because uploads may take longer.
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEAD_BYTES_MAX,
      insecureHTTPParser: false,
      requireHostHeader: false, // targetRefusal does it, with an error message.
      noDelay: true,
      ServerResponse: HttpResponse,
    },
    (request, response) => {
      // One listener for all responses: no closure per request.
      response.on('finish', countAnswer)
      void handle(request, response, options)
    },
  )
  server.maxConnections = CONNECTIONS_MAX
  watchBodies(server)
  answerUnreadableRequests(server, options)
  return {
    listen: (address) => listen(server, address),
    stop: (graceMs) => stop(server, graceMs),
  }
}

function countingBy(onAnswer: ServerOptions['onAnswer']) {
  return function (this: HttpResponse) {
    onAnswer(this.route, this.statusCode)
  }
}

async function handle(request: IncomingMessage, response: HttpResponse, options: ServerOptions): Promise<void> {
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
    const meta = requestMetaOf(request, requestId, trustProxyHops)
    response.budget = meta.budget
    await route(request, response, meta)
  } catch (error) {
    // The client disconnected before the end of the body: not an error, and there is no connection for a response.
    if (error === request.errored) return
    const outage = outageOf(error)
    log[outage ? 'warn' : 'error'](
      { requestId, code: outage ?? 'INTERNAL', cause: loggedCause(error) },
      'request failed',
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
  budget: {},
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
  // Keep-alive connections whose response has just been sent would otherwise stay open.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS)
  await closed
  clearTimeout(cut)
  clearInterval(sweep)
}
