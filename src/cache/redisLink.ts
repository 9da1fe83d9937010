/**
 * The link to Redis, with a circuit breaker. Redis holds nothing that matters, so each command has a fallback. If Redis stops answering,
 * the commands under way take 150 ms, and later ones use their fallback at once until a probe succeeds.
 */
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { repeat, type WakeableRepetition } from '../domain/repeat.ts'
import { RedisConnections, type RedisSettings } from './redisConnection.ts'

// A request may be delayed by 200 ms; the rest is for a busy event loop.
const COMMAND_TIMEOUT_MS = 150
const PROBE_EVERY_MS = 2_000
const PROBE_KEY = 'errand:probe'
const PROBE_LIFE_MS = 1_000

export class RedisLink {
  /** One connection for all commands, because they are pipelined: it carries many times what a process sends. */
  readonly commands: Redis
  // Its own connection, so that no command waits for messages.
  readonly #subscriber: Redis
  readonly #channels = new Set<string>()
  readonly #probing: WakeableRepetition
  readonly #log: Logger
  readonly #healthCheckEveryMs: number
  #onMessage: (channel: string, text: string) => void = () => {}
  #isReachable = false
  #nextProbeAtMs = 0
  #wasLost = false
  #failures = 0

  constructor({ settings, log }: { settings: RedisSettings; log: Logger }) {
    const connections = new RedisConnections(settings)
    this.#log = log
    this.#healthCheckEveryMs = settings.healthCheckEveryMs
    this.commands = connections.open('commands')
    this.#subscriber = connections.open('signals')
    this.#probing = repeat({ name: 'probeRedis', everyMs: PROBE_EVERY_MS, log, turn: () => this.#probe() })
    this.commands.on('error', (error) => this.#markLost(error))
    this.commands.on('close', () => {
      if (this.#isReachable) this.#markLost(new Error('The connection was closed.'))
    })
    this.commands.on('ready', () => this.#probing.wake())
    this.#subscriber.on('error', () => this.#fail())
    this.#subscriber.on('ready', () => this.#subscribeTo([...this.#channels]))
    this.#subscriber.on('message', (channel, text) => this.#onMessage(channel, text))
    for (const connection of [this.commands, this.#subscriber]) connection.connect().catch(() => {}) // Handled by its error event.
  }

  /** True if commands are sent to Redis. */
  get isReachable(): boolean {
    return this.#isReachable
  }

  /** The number of failed commands and connections. */
  get failures(): number {
    return this.#failures
  }

  /** Runs the command, or the fallback if Redis does not answer. A rejection that is no Error is an answer of Redis. */
  async runWithFallback<Result>(command: () => Promise<Result>, fallback: () => Promise<Result>): Promise<Result> {
    if (!this.#isReachable) return fallback()
    try {
      return await inTime(command())
    } catch (error) {
      if (!(error instanceof Error)) throw error
      this.#markLost(error)
      return fallback()
    }
  }

  /** Publishes to all subscribed processes, this one included, if Redis answers. Does not wait. */
  publish(channel: string, text: string): void {
    if (this.#isReachable) inTime(this.commands.publish(channel, text)).catch((error) => this.#markLost(error))
  }

  /** Sets the one listener for messages of all channels. */
  onMessage(listener: (channel: string, text: string) => void): void {
    this.#onMessage = listener
  }

  subscribe(channel: string): void {
    this.#channels.add(channel)
    this.#subscribeTo([channel])
  }

  unsubscribe(channel: string): void {
    this.#channels.delete(channel)
    if (this.#subscriber.status === 'ready') this.#subscriber.unsubscribe(channel).catch(() => this.#fail())
  }

  /** Closes both connections. Later commands use their fallback. */
  async stop(): Promise<void> {
    this.#isReachable = false
    await this.#probing.stop()
    this.commands.disconnect()
    this.#subscriber.disconnect()
  }

  // After each reconnection with all channels. A failed subscription is repeated with the next connection.
  #subscribeTo(channels: string[]): void {
    if (channels.length === 0 || this.#subscriber.status !== 'ready') return
    this.#subscriber.subscribe(...channels).catch(() => this.#fail())
  }

  /** Probes with a write: a server whose memory is full, or that became a replica, answers everything else. */
  async #probe(): Promise<void> {
    if (this.commands.status !== 'ready' || (this.#isReachable && Date.now() < this.#nextProbeAtMs)) return
    this.#nextProbeAtMs = Date.now() + this.#healthCheckEveryMs
    // A dead subscriber is found by its socket's time-out.
    if (this.#subscriber.status === 'ready') this.#subscriber.ping().catch(() => this.#fail())
    try {
      await inTime(this.commands.set(PROBE_KEY, '1', 'PX', PROBE_LIFE_MS))
      this.#markReachable()
    } catch (error) {
      this.#markLost(error)
    }
  }

  #markReachable(): void {
    if (this.#isReachable) return
    this.#isReachable = true
    this.#log.info(this.#wasLost ? 'redis answers again' : 'redis answers')
    this.#wasLost = false
  }

  #markLost(error: unknown): void {
    this.#fail()
    this.#isReachable = false
    if (this.#wasLost) return
    this.#wasLost = true
    this.#log.error({ err: error }, 'redis does not answer: each server counts its own requests until it does')
  }

  #fail(): void {
    this.#failures++
  }
}

/**
 * Rejects if the command takes longer than its time-out. The client's own time-out ignores an answer that arrived while this process was
 * busy: of 400 concurrent requests, a quarter failed.
 */
async function inTime<Result>(command: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new Error(`Redis did not answer in ${COMMAND_TIMEOUT_MS} ms.`))
    // Node reads sockets between timers and immediates.
    timer = setTimeout(() => setImmediate(fail), COMMAND_TIMEOUT_MS)
  })
  try {
    return await Promise.race([command, late])
  } finally {
    clearTimeout(timer)
  }
}
