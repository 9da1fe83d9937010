/** Which other sites' pages may read answers: none, unless their origin is listed; never with cookies, of which this server has none. */
import type { IncomingMessage, ServerResponse } from 'node:http'

const PREFLIGHT_SECONDS = 600

/**
 * Says of an answer who may read it, and answers a browser that asks before it sends: true when nothing is left to do. A
 * server without listed origins has nothing to say to browsers.
 */
export function answerOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  { origins, methods }: { origins: readonly string[]; methods: readonly string[] },
): boolean {
  if (origins.length === 0) return false
  const { origin } = request.headers
  if (origin !== undefined && origins.includes(origin)) allow(request, response, { origin, methods })
  if (request.method !== 'OPTIONS') return false
  response.writeHead(204, { 'content-length': 0 }).end()
  return true
}

function allow(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { origin, methods }: { origin: string; methods: readonly string[] },
): void {
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-methods', methods.join(', '))
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after')
  response.setHeader('access-control-max-age', PREFLIGHT_SECONDS)
  const asked = headers['access-control-request-headers']
  if (asked) response.setHeader('access-control-allow-headers', asked)
  response.setHeader('vary', asked ? 'Origin, Access-Control-Request-Headers' : 'Origin')
}
