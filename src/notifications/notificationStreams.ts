/** Streams of new notifications. Each second one statement reads those of all people with an open stream. */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import type { Caller } from '../domain/caller.ts'
import { type Repetition, repeat, type WakeableRepetition } from '../domain/repeat.ts'
import { readLatestSequence, readNewNotifications } from './notifications.sql.ts'

const LOOK_EVERY_MS = 1_000
const BUFFER_MAX = 100
const STREAMS_MAX = 10_000

export interface StreamedNotification {
  id: string
  sequence: bigint
}

/** Too many streams are open. */
export class NotificationStreamsFull extends Error {
  override readonly name = 'NotificationStreamsFull'
}

type Item = IteratorResult<StreamedNotification, undefined>
const END: Item = { done: true, value: undefined }

/** One subscription. It reads no further while its buffer is full, so a slow client loses nothing. */
class NotificationStream implements AsyncIterableIterator<StreamedNotification> {
  readonly userId: string
  /** All notifications up to this sequence are in the buffer, or were delivered. */
  position: bigint
  readonly #onEnd: () => void
  #buffer: StreamedNotification[] = []
  #isEnded = false
  #error: Error | undefined
  #wakeUp = () => {}

  constructor({ userId, position, onEnd }: { userId: string; position: bigint; onEnd: () => void }) {
    this.userId = userId
    this.position = position
    this.#onEnd = onEnd
  }

  get hasRoom(): boolean {
    return this.#buffer.length < BUFFER_MAX
  }

  push(notification: StreamedNotification): void {
    if (this.#isEnded || notification.sequence <= this.position) return
    this.position = notification.sequence
    this.#buffer.push(notification)
    this.#wakeUp()
  }

  /** Ends the stream; an error is what the subscriber gets last. */
  end(error?: Error): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#error = error
    this.#buffer = []
    this.#onEnd()
    this.#wakeUp()
  }

  async next(): Promise<Item> {
    while (!this.#isEnded) {
      const value = this.#buffer.shift()
      if (value) return { done: false, value }
      await new Promise<void>((resolve) => {
        this.#wakeUp = resolve
      })
    }
    const error = this.#error
    this.#error = undefined
    if (error) throw error
    return END
  }

  async return(): Promise<Item> {
    this.end()
    return END
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

interface NotificationStreamsOptions {
  database: Database
  log: Logger
  /** Calls `end` when the session of the caller has ended. */
  watchSession: (caller: Caller, end: (error?: Error) => void) => () => void
}

/** One in each process. */
export class NotificationStreams implements Repetition {
  readonly #database: Database
  readonly #watchSession: NotificationStreamsOptions['watchSession']
  readonly #streams = new Set<NotificationStream>()
  readonly #looking: WakeableRepetition
  #isStopped = false

  constructor({ database, log, watchSession }: NotificationStreamsOptions) {
    this.#database = database
    this.#watchSession = watchSession
    this.#looking = repeat({ name: 'readNotifications', everyMs: LOOK_EVERY_MS, log, turn: () => this.#look() })
  }

  /** Opens the stream of a person after this sequence, or from now on. Refuses with NotificationStreamsFull. */
  async open(caller: Caller, after: bigint | undefined): Promise<AsyncIterable<StreamedNotification>> {
    if (this.#streams.size >= STREAMS_MAX) {
      throw new NotificationStreamsFull('This server has too many open streams. Subscribe again later.')
    }
    const userId = caller.id
    const latest = await readLatestSequence(this.#database, { userId })
    const position = after !== undefined && after < latest ? after : latest
    const stream = new NotificationStream({
      userId,
      position,
      onEnd: () => {
        this.#streams.delete(stream)
        unwatch()
      },
    })
    const unwatch = this.#watchSession(caller, (error) => stream.end(error))
    this.#streams.add(stream)
    if (this.#isStopped) stream.end()
    this.#looking.wake()
    return stream
  }

  /** Ends all streams and opens no more. */
  endAll(): void {
    this.#isStopped = true
    for (const stream of this.#streams) stream.end()
  }

  async stop(): Promise<void> {
    this.endAll()
    await this.#looking.stop()
  }

  async #look(): Promise<void> {
    const streams = [...this.#streams].filter(({ hasRoom }) => hasRoom)
    if (streams.length === 0) return
    // Of several streams of a person the one that is furthest behind decides; the others skip what they have.
    const places = new Map<string, { userId: string; after: bigint }>()
    for (const { userId, position } of streams) {
      const after = places.get(userId)?.after
      places.set(userId, { userId, after: after === undefined || position < after ? position : after })
    }
    const rows = await readNewNotifications(this.#database, { places: [...places.values()], limit: BUFFER_MAX })
    for (const { userId, id, sequence } of rows) {
      for (const stream of streams) if (stream.userId === userId) stream.push({ id, sequence })
    }
  }
}
