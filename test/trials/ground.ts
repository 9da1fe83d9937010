/** The environment of a trial: its own durable PostgreSQL, servers as processes, and people who are signed in. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { type Client, createClient } from '../../schema/sdk/index.ts'
import { Database } from '../../src/db/client.ts'
import type { Role } from '../../src/db/generated/enums.ts'
import { startEmbeddedPostgres } from '../../src/embeddedPostgres/embedded.ts'
import { signedIn } from '../support/people.ts'
import { freePort, type ServerProcess, startProcess, untilReady } from '../support/servers/serverProcess.ts'

export interface Ground {
  database: Database
  url: string
  /** The ports of all servers, the same over restarts. `url` is that of the first. */
  ports: readonly number[]
  /** Starts the servers, and the worker where it is a process of its own. */
  start(): Promise<void>
  /** Ends one server, by SIGKILL or by a regular stop, and starts it again. */
  restart(index: number, how: 'killed' | 'stopped'): Promise<void>
  /** Kills all processes at once with SIGKILL. */
  kill(): Promise<void>
  /** Folder of the servers' files. */
  filesFolder: string
  /** The process of the first server. */
  pid(): number
  /** Output of the first server since its last start. */
  output(): string
  signIn(name: string, ...roles: Role[]): Promise<{ id: string; accessToken: string }>
  client(name: string, ...roles: Role[]): Promise<Client & { id: string }>
  end(): Promise<void>
}

/** Proxies between the processes, their database and their clients. */
export interface Between {
  /** Changes of the environment of each process. */
  environment: Record<'main' | 'worker', Record<string, string>>
  /** The address of the first server for clients. */
  clientUrl: string
  close(): Promise<void>
}

/** Starts the proxies, given the addresses behind them. */
export type StartBetween = (to: { databaseUrl: string; serverPort: number }) => Promise<Between>

/**
 * Starts a database without servers. `worker`: jobs run in the servers or in a process of their own. `between` starts proxies to the
 * database and to the first server.
 */
export async function prepareGround({
  worker,
  servers = 1,
  environment: changes = {},
  between: startBetween,
}: {
  worker: 'inline' | 'apart'
  servers?: number
  environment?: Record<string, string>
  between?: StartBetween
}): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-trial-'))
  // If this process is root, the database runs as an ordinary user, who must reach its files.
  await chmod(folder, 0o711)
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'postgres'),
    log: pino({ level: 'warn' }),
  })
  const authSecret = randomBytes(32)
  const secretText = authSecret.toString('hex')
  const ports: number[] = []
  while (ports.length < servers) ports.push(await freePort())
  const urlOf = (port: number) => `http://127.0.0.1:${port}`
  const url = urlOf(ports[0] ?? 0)
  const between = await startBetween?.({ databaseUrl: postgres.connectionString, serverPort: ports[0] ?? 0 })
  const clientUrl = between?.clientUrl ?? url
  const environment = {
    DATABASE_URL: postgres.connectionString,
    DATA_DIR: join(folder, 'data'),
    AUTH_SECRET: secretText,
    WORKER: worker === 'inline' ? 'inline' : 'off',
    ...changes,
  }
  let processes: ServerProcess[] = []
  async function startServer(port: number): Promise<ServerProcess> {
    const server = startProcess('main', { ...environment, ...between?.environment.main, PORT: String(port) })
    await untilReady(urlOf(port), server)
    return server
  }
  const database = new Database({ connectionString: postgres.connectionString, connectionsMax: 10, onError: () => {} })
  const signIn = (name: string, ...roles: Role[]) =>
    signedIn({ database, authSecret: new TextEncoder().encode(secretText) }, name, ...roles)
  return {
    database,
    url,
    ports,
    async start() {
      processes = []
      // One after the other, because the first one migrates.
      for (const port of ports) processes.push(await startServer(port))
      if (worker === 'apart') processes.push(startProcess('worker', { ...environment, ...between?.environment.worker }))
    },
    async restart(index, how) {
      const [server, port] = [processes[index], ports[index]]
      if (!server || port === undefined) throw new Error('There is no such server.')
      await (how === 'killed' ? server.kill() : server.stop())
      processes[index] = await startServer(port)
    },
    async kill() {
      await Promise.all(processes.map((one) => one.kill()))
    },
    filesFolder: join(folder, 'data', 'files'),
    pid: () => processes[0]?.child.pid ?? 0,
    output: () => processes[0]?.output() ?? '',
    signIn,
    async client(name, ...roles) {
      const person = await signIn(name, ...roles)
      return { ...createClient({ url: `${clientUrl}/graphql`, token: person.accessToken }), id: person.id }
    },
    async end() {
      await Promise.all(processes.map((one) => one.stop()))
      await between?.close()
      await database.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
