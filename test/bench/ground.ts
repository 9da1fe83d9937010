/** The database of a bench: a durable PostgreSQL with the world in it. It is kept for the next run if a folder is given. */
import { randomBytes } from 'node:crypto'
import { access, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import pino from 'pino'
import { migrate } from '../../src/db/migrate.ts'
import { startEmbeddedPostgres } from '../../src/embeddedPostgres/embedded.ts'
import { postmasterOf } from './cost.ts'
import { makeWorld, type WorldOptions } from './world.ts'

export interface BenchGround {
  connectionString: string
  folder: string
  client: pg.Client
  /** The process of the database. */
  postmaster: number
  /** Environment of our servers on this database. */
  environment: Record<string, string>
  /** The secret with which its servers sign tokens. */
  secret: Uint8Array
  /** Makes a world in another database of this PostgreSQL, and returns its address. */
  worldBeside(name: string, options: WorldOptions): Promise<string>
  end(): Promise<void>
}

export interface GroundOptions {
  /** Folder in which the database is kept for the next run. */
  data: string | undefined
  /** Works on a copy of the world, which is dropped at the end, for benches that change it. */
  onCopy?: boolean
}

const COPY = 'errand_copy'

/** Starts the database, and makes the world where there is none yet. */
export async function prepareBenchGround({ data: keptIn, onCopy = false }: GroundOptions): Promise<BenchGround> {
  const folder = keptIn ? resolve(keptIn) : await mkdtemp(join(tmpdir(), 'errand-bench-'))
  await mkdir(folder, { recursive: true })
  // If this process is root, the database runs as an ordinary user, who must reach its files.
  await chmod(folder, 0o711)
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'postgres'),
    log: pino({ level: 'warn' }),
  })
  await makeOnce(postgres.connectionString, join(folder, 'world.made'), {})
  if (onCopy)
    await query(postgres.connectionString, `drop database if exists ${COPY}; create database ${COPY} template errand`)
  const connectionString = onCopy ? databaseOf(postgres.connectionString, COPY) : postgres.connectionString
  const client = new pg.Client({ connectionString })
  await client.connect()
  const secret = randomBytes(32).toString('hex')
  return {
    connectionString,
    folder,
    client,
    postmaster: await postmasterOf(join(folder, 'postgres')),
    environment: { DATABASE_URL: connectionString, DATA_DIR: join(folder, 'data'), AUTH_SECRET: secret },
    secret: new TextEncoder().encode(secret),
    async worldBeside(name, options) {
      const beside = databaseOf(connectionString, name)
      const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
      if (rowCount === 0) await client.query(`create database ${name}`)
      await makeOnce(beside, join(folder, `${name}.made`), options)
      return beside
    },
    async end() {
      await client.end()
      if (onCopy) await query(postgres.connectionString, `drop database ${COPY}`)
      await postgres.stop()
      if (!keptIn) await rm(folder, { recursive: true, force: true })
    },
  }
}

async function makeOnce(connectionString: string, mark: string, options: WorldOptions): Promise<void> {
  await migrate(connectionString)
  const isThere = await access(mark).then(
    () => true,
    () => false,
  )
  if (isThere) return
  await makeWorld(connectionString, options)
  await writeFile(mark, '')
}

// Sent to the database `postgres`, because a template may have no connections. One statement at a time, outside a transaction.
async function query(connectionString: string, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseOf(connectionString, 'postgres') })
  await client.connect()
  try {
    for (const statement of statements.split(';')) await client.query(statement)
  } finally {
    await client.end()
  }
}

function databaseOf(connectionString: string, name: string): string {
  const url = new URL(connectionString)
  url.pathname = `/${name}`
  return url.href
}
