/**
 * Passwords are kept as argon2id hashes. A hash takes processor and memory on purpose, so it is made off the event loop,
 * two at once and no more, and never while a transaction is open.
 */
import { randomBytes } from 'node:crypto'
import { hash, type Options, verify } from '@node-rs/argon2'
import { BoundedConcurrency } from './boundedConcurrency.ts'

// What OWASP recommends for argon2id where 46 MiB a hash are too many: 19 MiB, two passes, one thread.
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
const MEMORY_KIB = 19_456
const PASSES = 2
const THREADS = 1
// The algorithm is argon2id and the version 19 unless something else is said.
const PARAMETERS: Options = { memoryCost: MEMORY_KIB, timeCost: PASSES, parallelism: THREADS }

// Two take two of the four threads that files and names are looked up with, and 38 MiB.
const slots = new BoundedConcurrency({
  atOnce: 2,
  waitingMax: 200, // At 10 to 50 ms each the last of them waits for one to five seconds; longer, the caller is gone.
})

// Nobody's hash: whoever is not known costs the same work as somebody whose password is wrong.
const DECOY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${THREADS}$${unpadded(16)}$${unpadded(32)}`

/** The hash to keep. Refuses with OverloadedError when too many wait for theirs. */
export async function hashPassword(password: string): Promise<string> {
  return slots.run(() => hash(composed(password), PARAMETERS))
}

/** Whether the password is the one behind the hash; without a hash it is not, after the same work. */
export async function passwordMatches(password: string, passwordHash: string | undefined): Promise<boolean> {
  const matches = await slots.run(() => verify(passwordHash ?? DECOY, composed(password)))
  return matches && passwordHash !== undefined
}

// An accented letter may be one code point or two, by keyboard; RFC 8265 takes both for the same password.
const composed = (password: string): string => password.normalize('NFC')

function unpadded(byteCount: number): string {
  return randomBytes(byteCount).toString('base64').replaceAll('=', '')
}
