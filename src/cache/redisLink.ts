/**
 * The way to Redis, and the knowledge whether it answers. Nothing that matters lives there: whoever asks says what to do instead.
 * A Redis that does not answer costs the requests that are under way 150 ms, and the ones after them nothing: not they find out
 * when it answers again.
 */
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { repeat, type WakeableRepetition } from '../domain/repeat.ts'
import { RedisConnections, type RedisSettings } from './redisConnection.ts'

// A request is held up by 200 ms at most; the rest is for an event loop that is busy.
const COMMAND_TIMEOUT_MS = 150
// While it does not answer it is tried this often.
const TRY_EVERY_MS = 2_000
const PROBE_KEY = 'errand:probe'
const PROBE_LIFE_MS = 1_000

export class RedisLink {
  /** One for all commands: they are sent without waiting for each other, and one carries many times what a process can ask. */
  readonly commands: Redis
  // One that only hears: however much is said, no command's answer waits behind it.
  readonly #hearing: Redis
  readonly #channels = new Set<string>()
  readonly #looking: WakeableRepetition
  readonly #log: Logger
  readonly #healthCheckEveryMs: number
  #onMessage: (channel: string, text: string) => void = () => {}
  #answers = false
  #lookAtMs = 0
  #wasLost = false
  #failures = 0

  constructor({ settings, log }: { settings: RedisSettings; log: Logger }) {
    const connections = new RedisConnections(settings)
    this.#log = log
    this.#healthCheckEveryMs = settings.healthCheckEveryMs
    this.commands = connections.open('commands')
    this.#hearing = connections.open('signals')
    this.#looking = repeat({ name: 'lookAtRedis', everyMs: TRY_EVERY_MS, log, turn: () => this.#look() })
    this.commands.on('error', (error) => this.#lose(error))
    this.commands.on('close', () => {
      if (this.#answers) this.#lose(new Error('The connection was closed.'))
    })
    this.commands.on('ready', () => this.#looking.wake())
    this.#hearing.on('error', () => this.#fail())
    this.#hearing.on('ready', () => this.#hear([...this.#channels]))
    this.#hearing.on('message', (channel, text) => this.#onMessage(channel, text))
    for (const connection of [this.commands, this.#hearing]) connection.connect().catch(() => {}) // Told by its error event.
  }

  /** Whether commands are sent to it. */
  get answers(): boolean {
    return this.#answers
  }

  /** Commands and connections that failed so far. */
  get failures(): number {
    return this.#failures
  }

  /** What `command` gives; what `instead` gives when Redis does not answer. What is rejected with no Error is an answer as well. */
  async ask<Answer>(command: () => Promise<Answer>, instead: () => Promise<Answer>): Promise<Answer> {
    if (!this.#answers) return instead()
    try {
      return await inTime(command())
    } catch (error) {
      if (!(error instanceof Error)) throw error
      this.#lose(error)
      return instead()
    }
  }

  /** Says it to all processes that listen to the channel, this one included, as far as they can be reached now. Never waits. */
  say(channel: string, text: string): void {
    if (this.#answers) inTime(this.commands.publish(channel, text)).catch((error) => this.#lose(error))
  }

  /** The one function that is told what others say. */
  onMessage(listener: (channel: string, text: string) => void): void {
    this.#onMessage = listener
  }

  listenTo(channel: string): void {
    this.#channels.add(channel)
    this.#hear([channel])
  }

  stopListeningTo(channel: string): void {
    this.#channels.delete(channel)
    if (this.#hearing.status === 'ready') this.#hearing.unsubscribe(channel).catch(() => this.#fail())
  }

  /** Closes both connections; what is asked from now on is answered instead. */
  async stop(): Promise<void> {
    this.#answers = false
    await this.#looking.stop()
    this.commands.disconnect()
    this.#hearing.disconnect()
  }

  // All channels once more whenever the connection is made anew; one that fails has its turn with the next connection.
  #hear(channels: string[]): void {
    if (channels.length === 0 || this.#hearing.status !== 'ready') return
    this.#hearing.subscribe(...channels).catch(() => this.#fail())
  }

  /** By a write: a server whose memory is full, or that became a replica, answers to everything else. */
  async #look(): Promise<void> {
    if (this.commands.status !== 'ready' || (this.#answers && Date.now() < this.#lookAtMs)) return
    this.#lookAtMs = Date.now() + this.#healthCheckEveryMs
    // Whether it hears is found out by its socket's time-out.
    if (this.#hearing.status === 'ready') this.#hearing.ping().catch(() => this.#fail())
    try {
      await inTime(this.commands.set(PROBE_KEY, '1', 'PX', PROBE_LIFE_MS))
      this.#find()
    } catch (error) {
      this.#lose(error)
    }
  }

  #find(): void {
    if (this.#answers) return
    this.#answers = true
    this.#log.info(this.#wasLost ? 'redis answers again' : 'redis answers')
    this.#wasLost = false
  }

  #lose(error: unknown): void {
    this.#fail()
    this.#answers = false
    if (this.#wasLost) return
    this.#wasLost = true
    this.#log.error({ err: error }, 'redis does not answer: until it does, each server counts for itself')
  }

  #fail(): void {
    this.#failures++
  }
}

/**
 * What the command gives; rejects when nothing came in time. Not by the client's own time-out, which does not look whether the answer
 * has come while this process was busy: of 400 requests at once a quarter took their answers for missing.
 */
async function inTime<Answer>(command: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(new Error(`Redis did not answer in ${COMMAND_TIMEOUT_MS} ms.`))
    // What has arrived is read between a timer and this.
    timer = setTimeout(() => setImmediate(giveUp), COMMAND_TIMEOUT_MS)
  })
  try {
    return await Promise.race([command, late])
  } finally {
    clearTimeout(timer)
  }
}
