/** Access to `/metrics`, which tells strangers how busy a marketplace is: by a token, or on loopback only. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type Config, isLoopback } from '../../config.ts'

const BEARER = /^Bearer +(\S+)$/i

/** True if a request with these headers may read the metrics. */
export type MetricsAccess = (headers: IncomingHttpHeaders) => boolean

/** Returns the check; undefined if this server must not serve metrics. */
export function metricsAccessOf({
  host,
  metricsToken,
}: Pick<Config, 'host' | 'metricsToken'>): MetricsAccess | undefined {
  if (metricsToken === undefined) return isLoopback(host) ? () => true : undefined
  const expected = hashOf(metricsToken)
  return ({ authorization = '' }) => {
    const token = BEARER.exec(authorization)?.[1]
    return token !== undefined && timingSafeEqual(hashOf(token), expected)
  }
}

// Hashes have one length, which the comparison in constant time requires.
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
