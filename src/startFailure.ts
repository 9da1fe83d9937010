/** Explains a failed start in one sentence, with the next step; never a stack or a secret. */
import pg from 'pg'
import { ConfigError } from './config.ts'
import { MigrationError } from './db/migrate.ts'
import { UnfitDatabaseError } from './db/unfitDatabaseError.ts'
import { EmbeddedPostgresError } from './embeddedPostgres/embeddedError.ts'

/** A reason that is already written for people. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}

const READABLE_ERRORS = [ConfigError, StartFailure, EmbeddedPostgresError, MigrationError, UnfitDatabaseError]
const INSUFFICIENT_PRIVILEGE = '42501'

/** Returns the sentence; for bad variables, one line each. */
export function sentenceOf(error: unknown): string {
  if (READABLE_ERRORS.some((kind) => error instanceof kind)) return (error as Error).message
  if (error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE)
    return `The database user of DATABASE_URL lacks a privilege: ${error.message}. Grant it, or start as the owner of the database.`
  if (error instanceof pg.DatabaseError) return `The database reports an error: ${error.message}. Check DATABASE_URL.`
  if (isUntrusted(error))
    return `The certificate of the database of DATABASE_URL is not trusted (${error.message}): add sslrootcert=FILE with the certificate of its issuer, or sslmode=no-verify on a trusted network.`
  if (!isSystemError(error)) return `Errand cannot start: ${error instanceof Error ? error.message : String(error)}`
  const { code, syscall, path, address, port } = error
  const place = `${address}:${port}`
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${address} is in use: stop the program that uses it, or set PORT to another port.`
  if (syscall === 'listen' && code === 'EACCES') return `This user may not listen on ${place}: set PORT above 1023.`
  if (syscall === 'listen' || syscall === 'bind') return `This machine cannot listen on ${place} (${code}): check HOST.`
  if (path) return `This user has no access to ${path} (${code}): grant access, or set DATA_DIR to another directory.`
  return `The database of DATABASE_URL does not answer (${code}${address ? ` at ${place}` : ''}): start it, or correct the address.`
}

// Matches the error codes of OpenSSL for a certificate chain, and of Node.js for a host name.
const isUntrusted = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  /CERT|^ERR_TLS_|^UNABLE_TO_(GET|VERIFY)/.test(String(error.code)) &&
  !(error instanceof pg.DatabaseError)

interface SystemError extends Error {
  code: string
  syscall: string
  path?: string
  address?: string
  port?: number
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && 'syscall' in error
}
