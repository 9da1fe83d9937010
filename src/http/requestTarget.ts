/** Normalizes and checks the request target and the Host header (RFC 9112, section 3.2), before routing. */
import type { IncomingMessage } from 'node:http'
import { BoundedCache } from '../cache/boundedCache.ts'

// The absolute form, which proxies and some clients send.
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)([^#]*)/i
// A host name or an address, with an optional port. No user info, path or query, which a URL may have.
const HOST = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\d.:a-f]+\])(?::\d*)?$/i
const HOST_NAME_LENGTH = 'host'.length

// A server has one or a few names, and parsing one costs more than this look-up.
const KNOWN_HOSTS_MAX = 100
const knownHosts = new BoundedCache<string, true>({ name: 'hosts', max: KNOWN_HOSTS_MAX })

/**
 * Rewrites an absolute target to a path, and checks the host. Returns the refusal message if there is no host, more than one,
 * or an invalid one, with which constructing a URL would fail later.
 */
export function targetRefusal(request: IncomingMessage): string | undefined {
  const absolute = ABSOLUTE_FORM.exec(request.url ?? '')
  if (absolute) {
    const [, authority = '', path = ''] = absolute
    request.url = path.startsWith('/') ? path : `/${path}`
    // RFC 9112: an absolute target overrides the Host header.
    request.headers.host = authority
    return isHost(authority) ? undefined : NO_HOST
  }
  const { host } = request.headers
  // HTTP/1.0 needs no Host header. An empty one is allowed if the target has no authority.
  if (host === undefined) return request.httpVersion === '1.0' ? undefined : 'The `Host` header is missing.'
  if (hasSeveralHosts(request.rawHeaders)) return 'The request has more than one `Host` header.'
  return host === '' || isHost(host) ? undefined : NO_HOST
}

const NO_HOST = 'The host name is not valid.'

// Node.js keeps the first header; a proxy that uses the last one would route the request for another host.
function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    if (name.length === HOST_NAME_LENGTH && name.toLowerCase() === 'host') count++
  }
  return count > 1
}

function isHost(host: string): boolean {
  if (knownHosts.get(host)) return true
  if (!HOST.test(host) || !URL.canParse(`http://${host}`)) return false
  knownHosts.set(host, true)
  return true
}
