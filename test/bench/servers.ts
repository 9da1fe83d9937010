/** The measured servers, each a process on the same database. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort, startProcess, untilReady } from '../support/servers/serverProcess.ts'

export interface MeasuredServer {
  name: string
  url: URL
  processId: number
  stop(): Promise<void>
}

const CONTESTANTS = {
  bare: 'the floor',
  pothosPrisma: 'plugin-prisma as documented',
  mercurius: 'Mercurius',
} as const

export const CONTESTANT_NAMES = Object.keys(CONTESTANTS) as (keyof typeof CONTESTANTS)[]

const START_WAIT_MS = 30_000
const POLL_MS = 50

/** Starts this server as in production, with everything on. Jobs are left to `npm run worker`. */
export async function startOurs(
  environment: Record<string, string>,
  name = 'Errand',
): Promise<MeasuredServer & { output(): string }> {
  const port = await freePort()
  const server = startProcess('main', {
    PORT: String(port),
    NODE_ENV: 'production',
    ALLOW_SANDBOX: '1',
    RATE_LIMITS: 'on',
    REQUIRE_VERIFIED_EMAIL: 'off',
    STAFF_SECOND_FACTOR: 'off',
    LOG_LEVEL: 'info',
    WORKER: 'off',
    ...environment,
  })
  const url = `http://127.0.0.1:${port}`
  try {
    await untilReady(url, server)
  } catch (error) {
    await server.kill()
    throw error
  }
  return {
    name,
    url: new URL(`${url}/graphql`),
    processId: server.child.pid ?? 0,
    output: server.output,
    stop: async () => {
      await server.stop()
    },
  }
}

/** Starts one of the other servers. */
export async function startContestant(
  contestant: (typeof CONTESTANT_NAMES)[number],
  connectionString: string,
): Promise<MeasuredServer> {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'contestants', `${contestant}.ts`)],
    {
      env: {
        PATH: process.env.PATH ?? '',
        NODE_ENV: 'production',
        DATABASE_URL: connectionString,
        PORT: String(port),
        TZ: 'UTC',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  const url = new URL(`http://127.0.0.1:${port}/graphql`)
  await untilAnswering(url, child)
  return { name: CONTESTANTS[contestant], url, processId: child.pid ?? 0, stop: () => end(child) }
}

async function untilAnswering(url: URL, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_WAIT_MS
  const body = JSON.stringify({ query: '{ __typename }' })
  const headers = { 'content-type': 'application/json' }
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined)
    await response?.text()
    if (response) return
    await pause(POLL_MS)
  }
  throw new Error(`${url} does not answer.`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
