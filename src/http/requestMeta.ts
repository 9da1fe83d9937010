/** Request metadata that is known before the body is read: request id, client address, statement count. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import { BoundedCache } from '../cache/boundedCache.ts'
import type { BudgetState } from '../cache/rateLimits.ts'
import type { StatementCount } from '../db/statementCount.ts'

export interface RequestMeta {
  requestId: string
  /** The client address that rate limits count against. */
  address: string
  /** SQL statements sent for this request so far. */
  count: StatementCount
  /** Set when the request is counted; the response tells it in its headers. One object for all copies of the metadata. */
  budget: { state?: BudgetState }
}

// Fits the ids of tracing tools; no characters that could break a log line.
const REQUEST_ID = /^[\w.-]{8,128}$/
const IPV6_NETWORK_GROUPS = 4

/** Returns the id that the client sent if it is well formed, else a new one. */
export function requestIdOf(header: string | string[] | null | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID()
}

/**
 * Returns the client address, `trustedHops` proxies away; each proxy appends the address of its peer to X-Forwarded-For.
 * An entry that is not an address counts against the proxy that sent it. IPv6 addresses count by network (/64, as nginx,
 * Cloudflare and MediaWiki do), because the owner of a network has 2^64 addresses.
 */
export function addressOf(request: IncomingMessage, trustedHops: number): string {
  const peer = request.socket.remoteAddress ?? 'unknown'
  const forwardedFor = request.headers['x-forwarded-for']
  if (trustedHops === 0 || forwardedFor === undefined) return cachedNetworkOf(peer) ?? peer
  const forwarded = String(forwardedFor)
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
  const entry = forwarded.at(-Math.min(trustedHops, forwarded.length))
  return (entry && cachedNetworkOf(entry)) || (cachedNetworkOf(peer) ?? peer)
}

// One peer sends many requests, and parsing an address costs some microseconds.
const ADDRESSES_MAX = 1_000
const networks = new BoundedCache<string, { network: string | undefined }>({ name: 'addresses', max: ADDRESSES_MAX })

function cachedNetworkOf(entry: string): string | undefined {
  let cached = networks.get(entry)
  if (!cached) {
    cached = { network: networkOf(addressIn(entry)) }
    networks.set(entry, cached)
  }
  return cached.network
}

// In brackets and with a port, as in a URL; in quotation marks, as in the header Forwarded.
const IN_BRACKETS = /^\[([^\]]*)\](?::\d{1,5})?$/
const WITH_PORT = /^([\d.]+):\d{1,5}$/

function addressIn(entry: string): string {
  const bare = entry.replace(/^"(.*)"$/, '$1')
  return IN_BRACKETS.exec(bare)?.[1] ?? WITH_PORT.exec(bare)?.[1] ?? bare
}

/** Returns undefined if the text is not an IP address. */
function networkOf(text: string): string | undefined {
  // The package also accepts the forms of old C libraries, in which `1` is an address.
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text
  if (!ipaddr.IPv6.isValid(text)) return undefined
  const address = ipaddr.IPv6.parse(text)
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString()
  const { parts } = address
  // All machines of a link have the same network.
  if (address.range() === 'linkLocal') return new ipaddr.IPv6(parts).toString()
  return `${new ipaddr.IPv6([...parts.slice(0, IPV6_NETWORK_GROUPS), 0, 0, 0, 0]).toString()}/64`
}
