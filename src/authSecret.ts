/** The key that signs access tokens: AUTH_SECRET, else a random key that is created once in the data directory. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'

const SECRET_BYTES = 32

/** Returns the key. It is the same after a restart, so that sessions survive. Only the owner of the process may read its file. */
export async function authSecretOf({ authSecret, dataDirectory }: Config): Promise<Uint8Array> {
  return Buffer.from(authSecret ?? (await storedSecret(dataDirectory)))
}

async function storedSecret(directory: string): Promise<string> {
  const path = join(directory, 'auth-secret')
  const fresh = `${path}.${process.pid}`
  await mkdir(directory, { recursive: true })
  await writeFile(fresh, randomBytes(SECRET_BYTES).toString('hex'), { mode: 0o600 })
  try {
    await link(fresh, path) // Atomic, and fails if another process has created the key already.
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(fresh, { force: true })
  }
  return readFile(path, 'utf8')
}
