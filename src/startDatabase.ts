/** Starts or connects to the database of this process, and migrates it. */
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { type Holder, migrate } from './db/migrate.ts'
import { joinEmbeddedPostgres, startEmbeddedPostgres } from './embeddedPostgres/embedded.ts'

export interface StartedDatabase {
  connectionString: string
  /** True for the embedded PostgreSQL in the data directory. */
  isEmbedded: boolean
  /** Stops the embedded PostgreSQL; does nothing for an external database. */
  stop(): Promise<void>
}

/** Returns the database of DATABASE_URL, else the embedded one, after its migrations. Throws an error that says what is wrong. */
export async function startDatabase({ databaseUrl, dataDirectory }: Config, log: Logger): Promise<StartedDatabase> {
  const database: StartedDatabase = databaseUrl
    ? { connectionString: databaseUrl, isEmbedded: false, stop: async () => {} }
    : { ...(await startEmbeddedPostgres({ dataDirectory: embeddedIn(dataDirectory), log })), isEmbedded: true }
  try {
    const onWait = (holder: Holder | undefined) =>
      log.warn({ holder }, 'waiting for the migration lock, which another connection holds')
    const migrations = await migrate(database.connectionString, { onWait })
    if (migrations.length > 0) log.info({ migrations: migrations.length }, 'database migrated')
    return database
  } catch (error) {
    await database.stop()
    throw error
  }
}

/** Connects without migrating, for a short-lived process that may run beside a server. */
export async function joinDatabase({ databaseUrl, dataDirectory }: Config, log: Logger): Promise<StartedDatabase> {
  if (databaseUrl) return { connectionString: databaseUrl, isEmbedded: false, stop: async () => {} }
  return { ...(await joinEmbeddedPostgres({ dataDirectory: embeddedIn(dataDirectory), log })), isEmbedded: true }
}

const embeddedIn = (dataDirectory: string): string => join(dataDirectory, 'postgres')
