/** The server as a separate process, which a trial can kill and restart. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const ROOT = resolve(import.meta.dirname, '../../..')
// A start takes 3 s alone, and more than a minute on two processors with twenty busy processes beside it.
const READY_WAIT_MS = 180_000
const POLL_MS = 25
const STOP_WAIT_MS = 20_000

export interface ServerProcess {
  child: ChildProcess
  /** Returns all output so far. */
  output(): string
  /** Kills it with SIGKILL, like a power failure. */
  kill(): Promise<void>
  /** Sends SIGTERM, and returns the exit code. */
  stop(): Promise<number | null>
}

// Tests run the sources; trials, which measure, run the compiled program.
const isTest = process.env.VITEST !== undefined
const programOf = (name: string): string[] =>
  isTest ? ['--import', 'tsx', join(ROOT, 'src', `${name}.ts`)] : [join(ROOT, 'dist/src', `${name}.js`)]

/** Starts the server or the worker with only this environment. */
export function startProcess(name: 'main' | 'worker', environment: Record<string, string>): ServerProcess {
  const child = spawn(process.execPath, programOf(name), {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'test',
      RATE_LIMITS: 'off',
      REQUIRE_VERIFIED_EMAIL: 'off',
      LOG_LEVEL: 'warn',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout?.on('data', (piece: Buffer) => {
    output += piece
  })
  child.stderr?.on('data', (piece: Buffer) => {
    output += piece
  })
  const ended = once(child, 'exit')
  return {
    child,
    output: () => output,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await Promise.race([ended, pause(STOP_WAIT_MS, undefined, { ref: false })])
      return child.exitCode
    },
  }
}

/** Waits until the server at `url` is ready. Throws with its output if it exits before. */
export async function untilReady(url: string, { child, output }: ServerProcess): Promise<void> {
  const deadline = Date.now() + READY_WAIT_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`It ended before it was ready:\n${output()}`)
    const response = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (response?.ok) return
    await pause(POLL_MS)
  }
  throw new Error(`It was not ready in ${READY_WAIT_MS} ms:\n${output()}`)
}

/** Returns a port that was free a moment ago, below the ephemeral range of the system. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((answer) => {
      server.once('error', () => answer(false))
      server.listen(port, '127.0.0.1', () => server.close(() => answer(true)))
    })
    if (isFree) return port
  }
  throw new Error('No port below 32000 is free.')
}
