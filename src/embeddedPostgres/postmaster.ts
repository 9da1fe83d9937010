// One PostgreSQL server process, identified by its data directory: start it, find it again after a crash, stop it.
import { spawn } from 'node:child_process'
import { readFile, realpath, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Account } from './ordinaryUser.ts'

export type Postmaster = Readonly<{ pid: number; port: number; ready: boolean }>
export type Launched = Readonly<{
  /** The reason why it ended; undefined while it runs. */
  failure(): string | undefined
  /** Logs its problems from now on. Until then, the last one is its failure. */
  logProblems(): void
}>
export type Launch = Readonly<{
  binaries: string
  dataDirectory: string
  account: Account | undefined
  durable: boolean
  log: Pick<Logger, 'error'>
}>

const PORT_MIN = 20_000
const PORT_MAX = 32_767 // The ephemeral ports of Linux begin above it.
const PORT_TRIES_MAX = 20 // Twenty taken ports in a row are no coincidence.
const POLL_MS = 20
const FAST_STOP_MS = 10_000 // Rolls open transactions back at once, and writes one checkpoint.
const HARD_STOP_MS = 3_000
const NO_MESSAGE = 'it ended without a message'
const NOT_DURABLE = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'max_connections=200',
  'jit=off', // Compilation takes longer than any of our statements.
  'log_line_prefix=', // The server's log has the time.
  'log_min_messages=fatal', // Lower levels contain values of rows, and callers report failed statements.
]

/** The server that starts, runs or stops on this data directory (its real path); undefined if there is none. */
export async function runningPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const path = join(dataDirectory, 'postmaster.pid')
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  if (!pid || !isAlive(pid)) return undefined // PostgreSQL itself cleans up after a dead server.
  if (await servesDirectory(pid, dataDirectory)) {
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
  }
  // After a reboot, another program may have this process id, and PostgreSQL would refuse to start.
  await rm(path, { force: true })
  return undefined
}

/** Starts a server and returns at once. Its data directory shows whether and where it listens. */
export async function launchPostmaster(launch: Launch): Promise<Launched> {
  const port = await choosePort(launch.dataDirectory)
  const settings = [...SETTINGS, ...(launch.durable ? [] : NOT_DURABLE)].flatMap((setting) => ['-c', setting])
  // Detached, so that Ctrl-C does not reach it: running requests need the database until they are done.
  const child = spawn(
    join(launch.binaries, 'postgres'),
    ['-D', launch.dataDirectory, '-p', String(port), ...settings],
    {
      ...identityOf(launch.account),
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    },
  )
  let lastLine = NO_MESSAGE
  let failure: string | undefined
  let logged = false
  child.on('error', (error) => {
    failure = error.message
  })
  child.on('exit', (code) => {
    failure = code === 0 ? 'another program stopped it' : lastLine
  })
  createInterface(child.stderr).on('line', (line) => {
    const isFatal = /\b(FATAL|PANIC):/.test(line)
    // Before it has read its settings, its errors have no level.
    if (isFatal || lastLine === NO_MESSAGE) lastLine = line
    if (!isFatal) return
    // Messages to clients during start and stop are no problems.
    if (logged && !/the database system is|terminating .*connection/.test(line))
      launch.log.error({ line }, 'the embedded PostgreSQL reports a problem')
  })
  child.unref()
  if ('unref' in child.stderr && typeof child.stderr.unref === 'function') child.stderr.unref()
  const logProblems = () => {
    logged = true
  }
  return { failure: () => failure, logProblems }
}

/** Stops the server, with open transactions rolled back. Returns when it has ended, after 16 s at most. */
export async function stopPostmaster(dataDirectory: string): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', HARD_STOP_MS],
    ['SIGKILL', HARD_STOP_MS],
  ] as const) {
    const running = await runningPostmaster(dataDirectory)
    if (running === undefined) return
    try {
      process.kill(running.pid, signal)
    } catch {
      // It ended before the signal, which the next check finds out.
    }
    const deadline = Date.now() + waitMs
    while (Date.now() < deadline && (await runningPostmaster(dataDirectory))) await pause(POLL_MS)
  }
}

/** Options for a child process of the account. Its environment has nothing of ours, which contains secrets. */
export function identityOf(account: Account | undefined) {
  return { env: { LC_ALL: 'C', TZ: 'UTC' }, cwd: '/', ...(account && { uid: account.uid, gid: account.gid }) }
}

/** True if there is a process of this id. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // The process is alive but belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function servesDirectory(pid: number, dataDirectory: string): Promise<boolean> {
  if (process.platform !== 'linux') return true
  // Empty for a zombie, which still accepts signals.
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  const served = words[words.indexOf('-D') + 1]
  return served !== undefined && (await realpath(served).catch(() => served)) === dataDirectory
}

// The same port as before: PostgreSQL keeps its last command line in the data directory.
async function choosePort(dataDirectory: string): Promise<number> {
  const options = await readFile(join(dataDirectory, 'postmaster.opts'), 'utf8').catch(() => '')
  let port = Number(/"-p" "(\d+)"/.exec(options)?.[1] ?? randomPort())
  for (let tries = 0; tries < PORT_TRIES_MAX; tries += 1) {
    if (await isFree(port)) return port
    port = randomPort()
  }
  throw new Error(
    `No free port was found between ${PORT_MIN} and ${PORT_MAX} for the embedded PostgreSQL: set DATABASE_URL.`,
  )
}

function randomPort(): number {
  return PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN + 1))
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
