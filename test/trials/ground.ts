/** What a trial stands on: a real and durable PostgreSQL of its own, servers as processes, and people who are signed in. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { type Client, createClient } from '../../schema/sdk/index.ts'
import { Database } from '../../src/db/client.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import type { Role } from '../../src/db/generated/enums.ts'
import { signedIn } from '../support/people.ts'
import { freePort, type ServerProcess, startProcess, untilReady } from '../support/serverProcess.ts'

export interface Ground {
  database: Database
  url: string
  /** Starts the server (and, apart from it, the worker) on the port that stays the same over restarts. */
  start(): Promise<void>
  /** Ends both at once, as a power cut would. */
  kill(): Promise<void>
  /** Everything that the server wrote since it was started last. */
  output(): string
  client(name: string, ...roles: Role[]): Promise<Client & { id: string }>
  end(): Promise<void>
}

/** A database and nothing on it yet. `worker` says whether jobs run in the server or in a process of their own. */
export async function prepareGround({
  worker,
  environment: changes = {},
}: {
  worker: 'inline' | 'apart'
  environment?: Record<string, string>
}): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-trial-'))
  // The database runs as an ordinary user where this process is root, and must reach its files.
  await chmod(folder, 0o711)
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'postgres'),
    log: pino({ level: 'warn' }),
  })
  const authSecret = randomBytes(32)
  const secretText = authSecret.toString('hex')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const environment = {
    DATABASE_URL: postgres.connectionString,
    DATA_DIR: join(folder, 'data'),
    AUTH_SECRET: secretText,
    PORT: String(port),
    WORKER: worker === 'inline' ? 'inline' : 'off',
    ...changes,
  }
  let processes: ServerProcess[] = []
  const database = new Database({ connectionString: postgres.connectionString, connectionsMax: 10, onError: () => {} })
  return {
    database,
    url,
    async start() {
      const server = startProcess('main', environment)
      processes = [server]
      await untilReady(url, server)
      if (worker === 'apart') processes.push(startProcess('worker', environment))
    },
    async kill() {
      await Promise.all(processes.map((one) => one.kill()))
    },
    output: () => processes[0]?.output() ?? '',
    async client(name, ...roles) {
      const person = await signedIn({ database, authSecret: new TextEncoder().encode(secretText) }, name, ...roles)
      return { ...createClient({ url: `${url}/graphql`, token: person.accessToken }), id: person.id }
    },
    async end() {
      await Promise.all(processes.map((one) => one.stop()))
      await database.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
