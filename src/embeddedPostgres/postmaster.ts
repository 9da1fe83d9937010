// One PostgreSQL server process, known by its data directory: started, found again after a crash, stopped.
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
  /** Why it ended, or undefined while it runs. */
  failure(): string | undefined
  /** From now on its problems are logged; until then the last one is its failure. */
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
const PORT_MAX = 32_767 // Above begin the ports that Linux gives to outgoing connections.
const PORT_TRIES_MAX = 20 // Twenty taken ports in a row are no accident.
const POLL_MS = 20
const FAST_STOP_MS = 10_000 // Open transactions are rolled back at once; the rest is one checkpoint.
const HARD_STOP_MS = 3_000
const WITHOUT_A_WORD = 'it ended without a word'
const NOT_DURABLE = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'max_connections=200',
  'jit=off', // Compiling costs more than any of our statements takes.
  'log_line_prefix=', // Our own log has the time.
  'log_min_messages=fatal', // Lower levels repeat values of rows; a refused statement is the caller's to report.
]

/** The server that starts, runs or stops on this data directory (its real path), or undefined. */
export async function runningPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const path = join(dataDirectory, 'postmaster.pid')
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  if (!pid || !isAlive(pid)) return undefined // PostgreSQL itself clears up after one that died.
  if (await servesDirectory(pid, dataDirectory)) {
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
  }
  // After a reboot the number may be another program's, for whose sake PostgreSQL would refuse to start for ever.
  await rm(path, { force: true })
  return undefined
}

/** Starts a server and returns at once; whether and where it listens is read from its data directory. */
export async function launchPostmaster(launch: Launch): Promise<Launched> {
  const port = await choosePort(launch.dataDirectory)
  const settings = [...SETTINGS, ...(launch.durable ? [] : NOT_DURABLE)].flatMap((setting) => ['-c', setting])
  // Detached, so that Ctrl-C reaches only us: we finish what is in flight before the database goes.
  const child = spawn(
    join(launch.binaries, 'postgres'),
    ['-D', launch.dataDirectory, '-p', String(port), ...settings],
    {
      ...identityOf(launch.account),
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    },
  )
  let lastLine = WITHOUT_A_WORD
  let failure: string | undefined
  let logged = false
  child.on('error', (error) => {
    failure = error.message
  })
  child.on('exit', (code) => {
    failure = code === 0 ? 'it was stopped by somebody else' : lastLine
  })
  createInterface(child.stderr).on('line', (line) => {
    const isFatal = /\b(FATAL|PANIC):/.test(line)
    // Before it has read its settings it complains without a level, and may end so.
    if (isFatal || lastLine === WITHOUT_A_WORD) lastLine = line
    if (!isFatal) return
    // These are what clients hear while it starts or stops, and so no problem.
    if (logged && !/the database system is|terminating .*connection/.test(line))
      launch.log.error({ line }, 'PostgreSQL reports')
  })
  child.unref()
  if ('unref' in child.stderr && typeof child.stderr.unref === 'function') child.stderr.unref()
  const logProblems = () => {
    logged = true
  }
  return { failure: () => failure, logProblems }
}

/** Ends the server, open transactions rolled back, and returns when it is gone or after 16 seconds at most. */
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
      // It ended between the look and the signal; the next look says so.
    }
    const deadline = Date.now() + waitMs
    while (Date.now() < deadline && (await runningPostmaster(dataDirectory))) await pause(POLL_MS)
  }
}

/** What a child process of the account needs; nothing of our own environment, which holds secrets. */
export function identityOf(account: Account | undefined) {
  return { env: { LC_ALL: 'C', TZ: 'UTC' }, cwd: '/', ...(account && { uid: account.uid, gid: account.gid }) }
}

/** Whether a process has this number. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Not permitted means alive: an ordinary user looking at what root has started.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function servesDirectory(pid: number, dataDirectory: string): Promise<boolean> {
  if (process.platform !== 'linux') return true
  // Empty for a zombie, which still answers to signals but serves nobody.
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  const served = words[words.indexOf('-D') + 1]
  return served !== undefined && (await realpath(served).catch(() => served)) === dataDirectory
}

// PostgreSQL keeps its last command line in the data directory, and with it the port to take again.
async function choosePort(dataDirectory: string): Promise<number> {
  const options = await readFile(join(dataDirectory, 'postmaster.opts'), 'utf8').catch(() => '')
  let port = Number(/"-p" "(\d+)"/.exec(options)?.[1] ?? randomPort())
  for (let tries = 0; tries < PORT_TRIES_MAX; tries += 1) {
    if (await isFree(port)) return port
    port = randomPort()
  }
  throw new Error(`No free port was found between ${PORT_MIN} and ${PORT_MAX} for the embedded PostgreSQL.`)
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
