/** Opens the connection pool of a process, with its log lines. */
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { Database } from './db/client.ts'

/** Returns the database at this address. It connects on the first use. */
export function openDatabase(
  connectionString: string,
  { config, log }: { config: Pick<Config, 'databasePoolMax'>; log: Logger },
): Database {
  return new Database({
    connectionString,
    connectionsMax: config.databasePoolMax,
    onError: (error) => log.warn({ err: error }, 'database connection broke'),
    onLost: (cause) => log.error({ err: cause }, 'database is unreachable'),
    onBack: () => log.warn('database is reachable again'),
  })
}
