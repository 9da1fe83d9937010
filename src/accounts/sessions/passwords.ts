/**
 * Passwords are stored as argon2id hashes. Hashing is expensive in CPU and memory on purpose, so it runs off the event loop, at most
 * two at once, and never while a transaction is open.
 */
import { randomBytes } from 'node:crypto'
import { hash, type Options, verify } from '@node-rs/argon2'
import { BoundedConcurrency } from './boundedConcurrency.ts'

// OWASP's recommendation for argon2id if 46 MiB for each hash are too much: 19 MiB, two passes, one thread.
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
const MEMORY_KIB = 19_456
const PASSES = 2
const THREADS = 1
// The library's defaults are the algorithm argon2id and version 19.
const PARAMETERS: Options = { memoryCost: MEMORY_KIB, timeCost: PASSES, parallelism: THREADS }

// Two hashes use 38 MiB and two of the four libuv threads, which also serve files and DNS.
const slots = new BoundedConcurrency({
  atOnce: 2,
  waitingMax: 200, // At 10 to 50 ms each, the last waits one to five seconds; a caller does not wait longer.
})

// A hash of no account: an unknown address costs the same work as a wrong password.
const DECOY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${THREADS}$${randomBase64(16)}$${randomBase64(32)}`

/** Returns the hash to store. Refuses with OverloadedError if too many requests wait for a hash. */
export async function hashPassword(password: string): Promise<string> {
  return slots.run(() => hash(normalized(password), PARAMETERS))
}

/** True if the password matches the hash; without a hash false, after the same work. */
export async function passwordMatches(password: string, passwordHash: string | undefined): Promise<boolean> {
  const matches = await slots.run(() => verify(passwordHash ?? DECOY, normalized(password)))
  return matches && passwordHash !== undefined
}

// Keyboards send an accented letter as one code point or as two; RFC 8265 treats both as the same password.
const normalized = (password: string): string => password.normalize('NFC')

function randomBase64(byteCount: number): string {
  return randomBytes(byteCount).toString('base64').replaceAll('=', '')
}
