/**
 * The text of personal access tokens: `errand_`, 26 random characters of Crockford's base32 (130 bits), and the CRC-32 of both in seven
 * characters. A scanner of leaked secrets recognizes one by its prefix and checksum; neither is a proof of anything.
 */
import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** The start of every token, by which it differs from the token of a session. */
export const ACCESS_TOKEN_PREFIX = 'errand_'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const SECRET_LENGTH = 26
const CHECKSUM_LENGTH = 7
const HINT_LENGTH = 4
const FORM = new RegExp(`^${ACCESS_TOKEN_PREFIX}[${ALPHABET}]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`)

/** Returns a new token. */
export function makeAccessToken(): string {
  // 256 is a multiple of 32, so every character is equally likely.
  const secret = Array.from(randomBytes(SECRET_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
  const unchecked = ACCESS_TOKEN_PREFIX + secret
  return unchecked + checksumOf(unchecked)
}

/** True if the text has the form and the checksum of a token, whether or not such a token exists. */
export function isAccessToken(text: string): boolean {
  return FORM.test(text) && text.endsWith(checksumOf(text.slice(0, -CHECKSUM_LENGTH)))
}

/** The hash under which a token is stored. It needs no salt, because the token is random. */
export const hashOfAccessToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** The end of a token, by which its person recognizes it. */
export const hintOf = (token: string): string => token.slice(-HINT_LENGTH)

function checksumOf(text: string): string {
  let rest = crc32(text)
  let digits = ''
  while (digits.length < CHECKSUM_LENGTH) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits
    rest = Math.floor(rest / ALPHABET.length)
  }
  return digits
}
