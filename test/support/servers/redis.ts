/** A Redis server for tests, on a free port, without persistence; it can be paused, killed and restarted. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { RedisSettings } from '../../../src/cache/redisConnection.ts'
import { freePort } from './serverProcess.ts'

const START_WAIT_MS = 10_000
const POLL_MS = 20

const isInstalled = spawnSync('redis-server', ['--version']).status === 0
const givenUrl = process.env.TEST_REDIS_URL

/** The reason to skip tests that need any Redis; undefined if there is one. */
export const noRedis =
  isInstalled || givenUrl ? undefined : 'there is no redis-server on the PATH, and TEST_REDIS_URL is not set'

/** The reason to skip tests that restart Redis; undefined if redis-server is installed. */
export const noRedisOfOurOwn = isInstalled ? undefined : 'there is no redis-server on the PATH'

/** Returns the Redis of TEST_REDIS_URL, else starts one, which `stop` ends. */
export async function anyRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  if (givenUrl) return { url: givenUrl, stop: async () => {} }
  return startRedis()
}

export interface RedisServer {
  url: string
  /** A connection of the test, not counted among those of the server. */
  asks: Redis
  /** Pauses the process: it accepts connections, but does not respond. */
  freeze(): void
  thaw(): void
  kill(): Promise<void>
  /** Restarts it on the same port, empty. */
  startAgain(): Promise<void>
  stop(): Promise<void>
}

/** Starts a Redis server. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let child = await start(port)
  const asks = connectionTo(url)
  const kill = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
    child.kill('SIGCONT')
    child.kill('SIGKILL')
    await ended
  }
  return {
    url,
    asks,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill,
    async startAgain() {
      child = await start(port)
    },
    async stop() {
      asks.disconnect()
      await kill()
    },
  }
}

async function start(port: number): Promise<ChildProcess> {
  const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no']
  const child = spawn('redis-server', options.map(String), { stdio: 'ignore' })
  const asks = connectionTo(`redis://127.0.0.1:${port}`)
  try {
    const deadline = Date.now() + START_WAIT_MS
    while ((await asks.ping().catch(() => undefined)) !== 'PONG') {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`No Redis came up on port ${port}.`)
      await pause(POLL_MS)
    }
    return child
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    asks.disconnect()
  }
}

function connectionTo(url: string): Redis {
  const connection = new Redis(url, { retryStrategy: () => POLL_MS, maxRetriesPerRequest: null })
  connection.on('error', () => {}) // The client reconnects until the test disconnects it.
  return connection
}

/** Returns the settings of a server for this Redis: the defaults with changes. */
export const redisSettings = (url: string, changes: Partial<RedisSettings> = {}): RedisSettings => ({
  url,
  connectionsMax: 50,
  connectTimeoutMs: 5_000,
  socketTimeoutMs: 5_000,
  healthCheckEveryMs: 30_000,
  ...changes,
})
