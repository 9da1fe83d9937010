/** The database of this process, whichever it is, brought to what the program needs. */
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { type Holder, migrate } from './db/migrate.ts'
import { joinEmbeddedPostgres, startEmbeddedPostgres } from './embeddedPostgres/embedded.ts'

export interface StartedDatabase {
  connectionString: string
  /** Whether it is the one that this program brings, in its own data directory. */
  isEmbedded: boolean
  /** Ends what was started; a database that others run goes on. */
  stop(): Promise<void>
}

/** The configured one, else the embedded one, migrated. Refuses with an error that says why it cannot be used. */
export async function startDatabase({ databaseUrl, dataDirectory }: Config, log: Logger): Promise<StartedDatabase> {
  const database: StartedDatabase = databaseUrl
    ? { connectionString: databaseUrl, isEmbedded: false, stop: async () => {} }
    : { ...(await startEmbeddedPostgres({ dataDirectory: embeddedIn(dataDirectory), log })), isEmbedded: true }
  try {
    const onWait = (holder: Holder | undefined) =>
      log.warn({ holder }, 'another connection holds the migration lock of the database: the start waits for it')
    const migrations = await migrate(database.connectionString, { onWait })
    if (migrations.length > 0) log.info({ migrations: migrations.length }, 'the database was migrated')
    return database
  } catch (error) {
    await database.stop()
    throw error
  }
}

/** The same as it is, for a short visit beside a server that may be running. */
export async function joinDatabase({ databaseUrl, dataDirectory }: Config, log: Logger): Promise<StartedDatabase> {
  if (databaseUrl) return { connectionString: databaseUrl, isEmbedded: false, stop: async () => {} }
  return { ...(await joinEmbeddedPostgres({ dataDirectory: embeddedIn(dataDirectory), log })), isEmbedded: true }
}

const embeddedIn = (dataDirectory: string): string => join(dataDirectory, 'postgres')
