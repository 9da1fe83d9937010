/** Starts a PgBouncer for tests, on a free port, in front of the server of the test databases. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './serverProcess.ts'

const START_WAIT_MS = 10_000
const POLL_MS = 20
const NOBODY = 65_534

// Debian installs it in /usr/sbin, which is not on every PATH.
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`

/** The reason to skip tests that need PgBouncer; undefined if it is installed. */
export const noPgbouncer =
  spawnSync('pgbouncer', ['--version'], { env: { PATH } }).status === 0
    ? undefined
    : 'there is no pgbouncer on the PATH'

export interface Pgbouncer {
  /** The connection string of the same database through PgBouncer. */
  connectionString: string
  stop(): Promise<void>
}

/** Starts a PgBouncer with these settings. */
export async function startPgbouncer(behind: string, settings: Record<string, string | number>): Promise<Pgbouncer> {
  const { hostname, port, username, password, pathname } = new URL(behind)
  const folder = await mkdtemp(join(tmpdir(), 'errand-pgbouncer-'))
  const ownPort = await freePort()
  const lines = [
    '[databases]',
    `* = host=${hostname} port=${port} user=${username} password=${password}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${ownPort}`,
    'unix_socket_dir =',
    'auth_type = any',
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
  ]
  await chmod(folder, 0o711) // PgBouncer does not run as root, and needs access.
  await writeFile(join(folder, 'pgbouncer.ini'), `${lines.join('\n')}\n`, { mode: 0o644 })
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const child = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], { ...identity, env: { PATH }, stdio: 'ignore' })
  const ended = once(child, 'exit')
  await untilItListens(ownPort, () => child.exitCode !== null)
  return {
    connectionString: `postgres://${username}:any@127.0.0.1:${ownPort}${pathname}?sslmode=disable`,
    async stop() {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function untilItListens(port: number, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + START_WAIT_MS
  while (!(await canConnect(port))) {
    if (hasEnded() || Date.now() > deadline) throw new Error(`No PgBouncer came up on port ${port}.`)
    await pause(POLL_MS)
  }
}

const canConnect = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
