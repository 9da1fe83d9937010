/**
 * Addresses that webhooks may be sent to: public ones, and those that the operator lists. A server inside a network must not be made to
 * call its neighbors, so everything else is refused: loopback, private, link-local (cloud metadata), carrier-grade NAT, multicast,
 * reserved and documentation ranges, and IPv6 addresses that contain an IPv4 address (mapped, NAT64, 6to4, Teredo).
 */
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = readonly [Address, number]

/** A public address, one of the operator's list, or any other. */
export type AddressClass = 'public' | 'listed' | 'refused'

// All global unicast addresses of IPv6 are in it; the rest is unassigned or special (IANA, RFC 4291).
const GLOBAL_UNICAST: Range = ipaddr.IPv6.parseCIDR('2000::/3')

/** Returns the class of an address; `allowed` has ranges such as `127.0.0.0/8`. */
export function classOf(text: string, allowed: readonly string[]): AddressClass {
  if (!ipaddr.isValid(text)) return 'refused'
  // An IPv4 address in IPv6 form is judged as the IPv4 address that is called.
  const address = ipaddr.process(text)
  if (allowed.some((range) => isIn(address, ipaddr.parseCIDR(range)))) return 'listed'
  if (address.range() !== 'unicast') return 'refused'
  return address.kind() === 'ipv4' || isIn(address, GLOBAL_UNICAST) ? 'public' : 'refused'
}

function isIn(address: Address, [network, bits]: Range): boolean {
  return address.kind() === network.kind() && address.match(network as never, bits)
}

/** True if a request by this protocol may connect to the address: without TLS, only to one of the operator's list. */
export function mayConnect(
  address: string,
  { protocol, allowed }: { protocol: string; allowed: readonly string[] },
): boolean {
  const found = classOf(address, allowed)
  return found === 'listed' || (found === 'public' && protocol === 'https:')
}

/** The address in a host of a URL, if it is an address and no name. */
export function literalAddressOf(host: string): string | undefined {
  const text = host.replace(/^\[(.*)\]$/, '$1')
  return ipaddr.isValid(text) ? text : undefined
}

const LOCAL_NAME = /(?:^|\.)localhost\.?$/
const INVALID_NAME = /(?:^|\.)invalid\.?$/

/** The addresses of names for this machine, and of names that have none, which no name server is asked for (RFC 6761). */
export function knownAddressesOf(host: string): readonly string[] | undefined {
  if (LOCAL_NAME.test(host)) return ['127.0.0.1', '::1']
  return INVALID_NAME.test(host) ? [] : undefined
}

/**
 * True if the address of a webhook already shows that it would be refused at each delivery. The addresses behind a name are known at
 * delivery only, so they are checked there.
 */
export function isRefused(url: URL, allowed: readonly string[]): boolean {
  const literal = literalAddressOf(url.hostname)
  const known = literal === undefined ? knownAddressesOf(url.hostname) : [literal]
  if (known?.length) return !known.some((address) => mayConnect(address, { protocol: url.protocol, allowed }))
  return url.protocol !== 'https:' && allowed.length === 0
}
