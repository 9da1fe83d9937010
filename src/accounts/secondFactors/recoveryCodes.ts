/** Recovery codes: ten for each person with a second factor, of eighty random bits. Only their hashes are kept. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Tx } from '../../db/transaction.ts'
import { deleteRecoveryCodes, insertRecoveryCodes, type RecoveryCodeRow } from './recoveryCodes.sql.ts'

const CODES = 10
const CODE_BYTES = 10
// Crockford's base32 in lower case: without i, l, o and u, which people mistake.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const GROUPS = /.{4}(?=.)/g

/** Replaces the recovery codes of a locked person. Returns the new ones, which are shown once. */
export async function replaceRecoveryCodes(tx: Tx, { userId }: { userId: string }): Promise<string[]> {
  const codes = Array.from({ length: CODES }, newCode)
  await deleteRecoveryCodes(tx, { userId })
  await insertRecoveryCodes(tx, { userId, codeHashes: codes.map(hashOfRecoveryCode) })
  return codes
}

/** The hash under which a code is stored, regardless of case, hyphens, spaces and similar letters. */
export function hashOfRecoveryCode(code: string): Buffer {
  const text = code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return createHash('sha256').update(text).digest()
}

/** Returns the stored hash of a code; undefined if the person has no such code. Compares with all of them in constant time. */
export function storedHashOf(code: string, stored: readonly RecoveryCodeRow[]): Buffer | undefined {
  const hash = hashOfRecoveryCode(code)
  return stored.filter(({ codeHash }) => timingSafeEqual(codeHash, hash))[0]?.codeHash
}

// Sixteen characters of five bits each.
function newCode(): string {
  const bits = [...randomBytes(CODE_BYTES)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const characters = (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET.charAt(Number.parseInt(five, 2)))
  return characters.join('').replaceAll(GROUPS, '$&-')
}
