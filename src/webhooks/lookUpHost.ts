import { Resolver } from 'node:dns/promises'
import { knownAddressesOf } from './addresses.ts'

const TIMEOUT_MS = 2_500
const TRIES = 2

/**
 * Asks the name servers of the system for the addresses of a host. Not `dns.lookup`, whose few threads also read files and hash: a name
 * server that does not answer would delay these.
 */
export async function lookUpHost(host: string): Promise<readonly string[]> {
  const known = knownAddressesOf(host)
  if (known) return known
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES })
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}
