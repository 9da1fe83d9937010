/** The database of a bench: a real, durable PostgreSQL with the world in it. With a folder given, it is kept for the next run. */
import { access, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import pino from 'pino'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { makeWorld } from './world.ts'

export interface BenchGround {
  connectionString: string
  folder: string
  client: pg.Client
  end(): Promise<void>
}

/** Starts it, and makes the world where there is none yet. */
export async function prepareBenchGround(keptIn: string | undefined): Promise<BenchGround> {
  const folder = keptIn ? resolve(keptIn) : await mkdtemp(join(tmpdir(), 'errand-bench-'))
  await mkdir(folder, { recursive: true })
  // The database runs as an ordinary user where this process is root, and must reach its files.
  await chmod(folder, 0o711)
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'postgres'),
    log: pino({ level: 'warn' }),
  })
  const { connectionString } = postgres
  await migrate(connectionString)
  const made = join(folder, 'world.made')
  const isThere = await access(made).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    await makeWorld(connectionString)
    await writeFile(made, '')
  }
  const client = new pg.Client({ connectionString })
  await client.connect()
  return {
    connectionString,
    folder,
    client,
    async end() {
      await client.end()
      await postgres.stop()
      if (!keptIn) await rm(folder, { recursive: true, force: true })
    },
  }
}
