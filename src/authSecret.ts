/** The key that signs access tokens: what was configured, else one that is made once and kept beside the embedded data. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'

const SECRET_BYTES = 32

/** The same key after every start, so that nobody is signed out by one. Only this user of the machine may read it. */
export async function authSecretOf({ authSecret, dataDirectory }: Config): Promise<Uint8Array> {
  return Buffer.from(authSecret ?? (await keptSecret(dataDirectory)))
}

async function keptSecret(directory: string): Promise<string> {
  const path = join(directory, 'auth-secret')
  const fresh = `${path}.${process.pid}`
  await mkdir(directory, { recursive: true })
  await writeFile(fresh, randomBytes(SECRET_BYTES).toString('hex'), { mode: 0o600 })
  try {
    await link(fresh, path) // Whole or not at all, and never over one that is in use.
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(fresh, { force: true })
  }
  return readFile(path, 'utf8')
}
