/**
 * Encrypts short texts that wait in the database, such as the token of a mail, so that a copy of the database opens no account:
 * AES-256-GCM (NIST SP 800-38D) with a key derived from AUTH_SECRET. A sealed text is the nonce, the tag and the ciphertext.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

const keyOf = (authSecret: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', authSecret, '', 'errand sealed texts', KEY_BYTES))

/** Encrypts a text. */
export function seal(text: string, authSecret: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, keyOf(authSecret), nonce)
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext])
}

/** Returns the text; undefined if it was sealed with another AUTH_SECRET. */
export function unseal(sealed: Uint8Array, authSecret: Uint8Array): string | undefined {
  const decipher = createDecipheriv(ALGORITHM, keyOf(authSecret), sealed.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
