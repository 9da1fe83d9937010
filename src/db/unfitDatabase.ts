/** Refuses unsuitable databases before anything is changed in them. What a connection can set itself is in databaseClient.ts. */
import type pg from 'pg'
import { plainClient, refuseSharedConnections } from './pooler.ts'
import { UnfitDatabaseError } from './unfitDatabaseError.ts'
import { processIdOf } from './wire/pgInternals.ts'

const VERSION_MIN = 14

export interface DatabaseFacts {
  version: string
  versionNumber: number
  encoding: string
  isStandby: boolean
  replicationRole: string
}

/** Refuses with an UnfitDatabaseError what would start and fail later: the wrong version, encoding or role, a standby, or a pooler. */
export async function refuseUnfitDatabase(connectionString: string): Promise<void> {
  const client = plainClient(connectionString)
  try {
    await client.connect()
    const facts = await readFacts(client)
    const reason = unfitBecause(facts)
    if (reason) throw new UnfitDatabaseError(reason)
    // A pooler gives its clients process ids of its own.
    if (facts.backend !== processIdOf(client)) await refuseSharedConnections(connectionString)
  } finally {
    await client.end()
  }
}

async function readFacts(client: pg.Client): Promise<DatabaseFacts & { backend: number }> {
  const { rows } = await client.query<DatabaseFacts & { backend: number }>(`
    /* readDatabaseFacts */
    select
      current_setting('server_version') as version,
      current_setting('server_version_num')::integer as "versionNumber",
      current_setting('server_encoding') as encoding,
      pg_is_in_recovery() as "isStandby",
      current_setting('session_replication_role') as "replicationRole",
      pg_backend_pid() as backend`)
  if (!rows[0]) throw new Error('The database returned no facts.')
  return rows[0]
}

/** The reason to refuse the database, in one sentence with the next step; undefined if there is none. */
export function unfitBecause(facts: DatabaseFacts): string | undefined {
  const { version, versionNumber, encoding, isStandby, replicationRole } = facts
  if (versionNumber < VERSION_MIN * 10_000) {
    return `The database of DATABASE_URL is PostgreSQL ${version}: PostgreSQL ${VERSION_MIN} or newer is needed.`
  }
  if (encoding !== 'UTF8') {
    return `The database of DATABASE_URL has the encoding ${encoding}, which cannot hold all characters: create one with "create database NAME encoding 'UTF8' template template0", and set DATABASE_URL to it.`
  }
  if (isStandby)
    return 'The server of DATABASE_URL is a standby, which accepts no changes: set DATABASE_URL to the primary.'
  if (replicationRole !== 'origin') {
    return `The database user of DATABASE_URL has session_replication_role = ${replicationRole}, so triggers do not fire: reset it with "alter role NAME reset session_replication_role", or on the database.`
  }
  return undefined
}
