// A process that owns an embedded PostgreSQL, for tests that kill it. Prints its connection string, and stops on SIGTERM.
import pino from 'pino'
import { startEmbeddedPostgres } from '../../../src/embeddedPostgres/embedded.ts'

const [dataDirectory = ''] = process.argv.slice(2)
try {
  const postgres = await startEmbeddedPostgres({ dataDirectory, log: pino(pino.destination(2)) })
  process.once('SIGTERM', () => postgres.stop().then(() => process.exit(0)))
  process.stdout.write(`${postgres.connectionString}\n`)
  // The connection of the owner keeps this process alive.
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
