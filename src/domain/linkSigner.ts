import { createHmac, timingSafeEqual } from 'node:crypto'

/** Signs the texts of links of one purpose, and checks their signatures. */
export interface LinkSigner {
  sign(text: string): string
  isSigned(text: string, signature: string): boolean
}

/** `purpose` derives a key of its own, so that a signature of one kind of link, or of a token, is never valid for another. */
export function makeLinkSigner(secret: Uint8Array, purpose: string): LinkSigner {
  const key = createHmac('sha256', secret).update(purpose).digest()
  const digestOf = (text: string) => createHmac('sha256', key).update(text).digest()
  return {
    sign: (text) => digestOf(text).toString('base64url'),
    isSigned(text, signature) {
      const expected = digestOf(text)
      const received = Buffer.from(signature, 'base64url')
      return received.length === expected.length && timingSafeEqual(received, expected)
    },
  }
}
