/** CORS: pages of listed origins may read responses, others may not. Never with credentials, because this server has no cookies. */
import type { IncomingMessage, ServerResponse } from 'node:http'

const PREFLIGHT_SECONDS = 600

/**
 * Sets the CORS headers of a response, and answers a preflight request. Returns true if the response is complete. Does
 * nothing on a server without listed origins.
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
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after, ratelimit, ratelimit-policy')
  response.setHeader('access-control-max-age', PREFLIGHT_SECONDS)
  const requestedHeaders = headers['access-control-request-headers']
  if (requestedHeaders) response.setHeader('access-control-allow-headers', requestedHeaders)
  response.setHeader('vary', requestedHeaders ? 'Origin, Access-Control-Request-Headers' : 'Origin')
}
