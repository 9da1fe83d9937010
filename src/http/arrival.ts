/** What is known of a request before it is read: an id that finds it in the log, the address that it counts against, and what it cost. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP, isIPv6 } from 'node:net'
import type { StatementCount } from '../db/statementCount.ts'

export interface Arrival {
  requestId: string
  address: string
  /** What has been asked of the database for it so far. */
  count: StatementCount
}

// What tracing tools send: long enough to be unique, short enough for a log line, nothing that a log could misread.
const REQUEST_ID = /^[\w.-]{8,128}$/
const IPV6_NETWORK_GROUPS = 4

/** The client's own id when it is well formed, else a new one. */
export function requestIdOf(header: string | string[] | null | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID()
}

/**
 * The address behind as many proxies as are trusted, each of which has appended to X-Forwarded-For whom it saw.
 * Of IPv6 only the network: its owner has 2^64 addresses, and one budget.
 */
export function addressOf(request: IncomingMessage, trustedHops: number): string {
  const peer = request.socket.remoteAddress ?? 'unknown'
  const forwardedFor = request.headers['x-forwarded-for']
  if (trustedHops === 0 || forwardedFor === undefined) return networkOfPeer(peer)
  const forwarded = String(forwardedFor)
    .split(',')
    .map((address) => address.trim())
    .filter(Boolean)
  const path = [...forwarded, peer]
  const address = path.at(-1 - Math.min(trustedHops, forwarded.length)) ?? peer
  return networkOf(isIP(address) ? address : peer)
}

// One peer sends many requests, and what an address is takes an expression of a thousand characters.
const PEERS_MAX = 1_000
const networks = new Map<string, string>()

function networkOfPeer(peer: string): string {
  let network = networks.get(peer)
  if (network === undefined) {
    if (networks.size >= PEERS_MAX) networks.clear()
    network = networkOf(peer)
    networks.set(peer, network)
  }
  return network
}

function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter(Boolean)
  const rest = tail?.split(':').filter(Boolean) ?? []
  const zeros = tail === undefined ? [] : Array<string>(8 - groups.length - rest.length).fill('0')
  return `${[...groups, ...zeros, ...rest].slice(0, IPV6_NETWORK_GROUPS).join(':')}::/64`
}
