/** Persisted documents by Apollo's protocol: a request sends the hash of its document, and the text only to a server that does not know it. */
import type { GraphqlResponse } from './graphqlResponse.ts'

const UNKNOWN_DOCUMENT = 'PERSISTED_QUERY_NOT_FOUND'

const hashes = new Map<string, string>()

/** Returns the SHA-256 of a document; undefined in a browser's page without HTTPS, which has no `crypto.subtle`. */
export async function hashOf(text: string): Promise<string | undefined> {
  const subtle: Pick<typeof globalThis.crypto.subtle, 'digest'> | undefined = globalThis.crypto?.subtle
  if (!subtle) return undefined
  let hash = hashes.get(text)
  if (hash === undefined) {
    const digest = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)))
    hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
    hashes.set(text, hash)
  }
  return hash
}

/** Returns the extensions of a request by hash. */
export const persistedQuery = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } })

/** True if the server asks for the text. */
export const isUnknownDocument = ({ body }: GraphqlResponse): boolean =>
  body.errors?.some(({ extensions }) => extensions?.code === UNKNOWN_DOCUMENT) ?? false
