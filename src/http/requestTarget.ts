/** What a request is sent to: its host and its target, in the forms of RFC 9112, section 3.2, before anything else looks at them. */
import type { IncomingMessage } from 'node:http'
import { BoundedCache } from '../cache/boundedCache.ts'

// Proxies and some clients send the whole address in place of the path.
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)([^#]*)/i
// A name or an address, and perhaps a port. User names, paths and queries are no part of it, though a URL may have them.
const HOST = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\d.:a-f]+\])(?::\d*)?$/i
const HOST_NAME_LENGTH = 'host'.length

// A server has one name or a few, and parsing one costs more than finding it here.
const KNOWN_HOSTS_MAX = 100
const knownHosts = new BoundedCache<string, true>({ name: 'hosts', max: KNOWN_HOSTS_MAX })

/**
 * Brings the target to its usual form, a path, and makes sure that the host is one. Gives the sentence with which to refuse the
 * request: no host, several hosts, or an invalid one, with which building a URL would fail later.
 */
export function targetRefusal(request: IncomingMessage): string | undefined {
  const absolute = ABSOLUTE_FORM.exec(request.url ?? '')
  if (absolute) {
    const [, authority = '', path = ''] = absolute
    request.url = path.startsWith('/') ? path : `/${path}`
    // The target says more than the header, which is to be ignored then.
    request.headers.host = authority
    return isHost(authority) ? undefined : NO_HOST
  }
  const { host } = request.headers
  // HTTP/1.0 does without, and an empty one is allowed where the target has no name.
  if (host === undefined) return request.httpVersion === '1.0' ? undefined : 'A request has a header `Host`.'
  if (hasSeveralHosts(request.rawHeaders)) return 'A request has one header `Host` only.'
  return host === '' || isHost(host) ? undefined : NO_HOST
}

const NO_HOST = 'This is no name of a host.'

// Node keeps the first; a proxy that reads the last would think that it sent the request to another server.
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
