/**
 * The stream of one subscription: first the missed events, read from the event log by position; then the events that the follower
 * offers. It never blocks the follower: undelivered events go to a bounded buffer, and an overflow ends the stream with a Resync.
 */
import type { TypingSignal } from '../chats/typing.ts'
import type { EventRange, SequencedEvent } from '../events/events.sql.ts'
import type { EventFollower, TopicSubscriber } from './eventFollower.ts'

/** The last item of a stream that cannot continue: the client must reload, then resume after `latest`. */
export class Resync {
  readonly oldest: bigint
  readonly latest: bigint
  constructor({ oldest, latest }: { oldest: bigint; latest: bigint }) {
    this.oldest = oldest
    this.latest = latest
  }
}

/** No new event up to `latest`. */
export class Heartbeat {
  readonly latest: bigint
  readonly at = new Date()
  constructor(latest: bigint) {
    this.latest = latest
  }
}

/** The last item of a stream that failed. */
export class Failure {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}

export type StreamItem = SequencedEvent | TypingSignal | Resync | Heartbeat | Failure

/**
 * The decision on an event. `deliverLast`: this event made the subject invisible to the subscriber, and the stream ends after it.
 * `resync`: the subject was already invisible, and the stream ends with a Resync.
 */
export type Verdict = 'deliver' | 'skip' | 'deliverLast' | 'resync'

/** The events of a stream, and whether its subscriber may see each of them at delivery. */
export interface StreamTopic {
  key: string
  /** Reads its events in this range of the log, in the order of positions. */
  read(range: EventRange): Promise<SequencedEvent[]>
  matches(event: SequencedEvent): boolean
  judge(event: SequencedEvent): Promise<Verdict>
  /** True if the subscriber may no longer see the subject; absent for a topic without a single subject. */
  hasLostAccess?(): Promise<boolean>
  /** Typing signals of a chat. `listen` returns the function that unsubscribes; `allows` is true if they may be delivered now. */
  typing?: {
    listen(onTyping: (signal: TypingSignal) => void): () => void
    allows(): Promise<boolean>
  }
}

export interface StreamLimits {
  /** The maximum number of positions behind the latest from which a client may resume. */
  resumeMax: number
  /** The maximum number of buffered events before a Resync. */
  bufferMax: number
  heartbeatMs: number
}

const PAGE_SIZE = 200

/** One subscription: missed events first, then live ones. */
export class EventStream implements AsyncIterableIterator<StreamItem>, TopicSubscriber {
  readonly topicKey: string
  readonly #topic: StreamTopic
  readonly #follower: EventFollower
  readonly #limits: StreamLimits
  readonly #onEnd: () => void
  readonly #items: AsyncGenerator<StreamItem, undefined>
  readonly #latestWhenOpened: bigint
  /** All events up to this position were delivered or skipped. */
  #position: bigint
  #buffer: SequencedEvent[] = []
  /** The latest signal per person, so bounded by the number of participants. */
  readonly #typing = new Map<string, TypingSignal>()
  readonly #stopListening: () => void
  #overflowed = false
  #ended = false
  #failure: Failure | undefined
  #lastDeliveredMs = Date.now()
  #wakeUp: () => void = () => {}

  /** Starts after `position`; `latest` is the end of the log at opening. `onEnd` is called once, at any kind of end. */
  constructor(options: {
    topic: StreamTopic
    follower: EventFollower
    limits: StreamLimits
    position: bigint
    latest: bigint
    onEnd: () => void
  }) {
    this.topicKey = options.topic.key
    this.#topic = options.topic
    this.#follower = options.follower
    this.#limits = options.limits
    this.#position = options.position
    this.#latestWhenOpened = options.latest
    this.#onEnd = options.onEnd
    this.#items = this.#read()
    this.#stopListening = options.topic.typing?.listen((signal) => this.#onTyping(signal)) ?? (() => {})
  }

  /** Called by the follower. */
  offer(event: SequencedEvent): void {
    if (this.#overflowed || !this.#topic.matches(event)) return
    if (this.#buffer.length < this.#limits.bufferMax) this.#buffer.push(event)
    else this.#overflow()
    this.#wakeUp()
  }

  /** Ends the stream after the current item; an error becomes the last item, so that the subscriber learns the reason. */
  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    if (error !== undefined) this.#failure = new Failure(error)
    this.#follower.unsubscribe(this)
    this.#stopListening()
    this.#buffer = []
    this.#onEnd()
    this.#wakeUp()
  }

  next(): Promise<IteratorResult<StreamItem, undefined>> {
    return this.#items.next()
  }

  /** Called when the subscriber is gone. */
  return(): Promise<IteratorResult<StreamItem, undefined>> {
    // A waiting generator cannot return, so wake it first; it then finds that the stream has ended.
    this.end()
    return this.#items.return(undefined)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async *#read(): AsyncGenerator<StreamItem, undefined> {
    try {
      yield* this.#follow()
    } catch (error) {
      // The log could not be read: the subscriber gets the error and can resume later.
      this.end(error)
    } finally {
      this.end()
    }
    if (this.#failure) yield this.#failure
  }

  async *#follow(): AsyncGenerator<StreamItem, void> {
    yield* this.#readMissed()
    while (!this.#ended) {
      if (this.#overflowed) return yield this.#resync()
      const event = this.#buffer.shift()
      if (event) yield* this.#deliver(event)
      else if (this.#typing.size > 0) yield* this.#deliverTyping()
      else if (await this.#waitUntilHeartbeatDue()) {
        if (await this.#hasLostAccess()) return yield this.#resync()
        yield this.#heartbeat()
      }
    }
  }

  /** Reads missed events itself, subscribes to the follower once it has caught up, then reads the events in between. */
  async *#readMissed(): AsyncGenerator<StreamItem, void> {
    yield* this.#readUpTo(this.#latestWhenOpened)
    yield* this.#readUpTo(this.#follower.position)
    if (this.#ended) return
    const joinedAt = await this.#follower.subscribe(this)
    if (this.#ended) return this.#follower.unsubscribe(this)
    yield* this.#readUpTo(joinedAt)
  }

  async *#readUpTo(until: bigint): AsyncGenerator<StreamItem, void> {
    while (!this.#ended && !this.#overflowed && this.#position < until) {
      const events = await this.#topic.read({ after: this.#position, until, limit: PAGE_SIZE })
      for (const event of events) {
        if (this.#ended) return
        yield* this.#deliver(event)
      }
      if (events.length < PAGE_SIZE) this.#position = until
    }
  }

  async *#deliver(event: SequencedEvent): AsyncGenerator<StreamItem, void> {
    // Events can be both offered by the follower and read as missed.
    if (event.position <= this.#position) return
    const verdict = this.#topic.matches(event) ? await this.#topic.judge(event) : 'skip'
    this.#position = event.position
    if (verdict === 'skip' || this.#ended) return
    this.#lastDeliveredMs = Date.now()
    yield verdict === 'resync' ? this.#resync() : event
    if (verdict !== 'deliver') this.end()
  }

  /** Checked at each heartbeat, because access can be lost without an event. If the check fails, the stream continues. */
  async #hasLostAccess(): Promise<boolean> {
    try {
      return (await this.#topic.hasLostAccess?.()) ?? false
    } catch {
      return false
    }
  }

  #onTyping(signal: TypingSignal): void {
    this.#typing.set(signal.userId, signal)
    this.#wakeUp()
  }

  /** Does not postpone the heartbeat, because typing signals have no cursor to resume after. */
  async *#deliverTyping(): AsyncGenerator<StreamItem, void> {
    const signals = [...this.#typing.values()]
    this.#typing.clear()
    const isAllowed = (await this.#topic.typing?.allows()) && !this.#ended
    if (isAllowed) yield* signals
  }

  /** Waits for a wake-up; returns true if a heartbeat is due first. */
  async #waitUntilHeartbeatDue(): Promise<boolean> {
    if (this.#ended) return false
    const dueInMs = this.#lastDeliveredMs + this.#limits.heartbeatMs - Date.now()
    let timer: NodeJS.Timeout | undefined
    const woken = new Promise<boolean>((resolve) => {
      this.#wakeUp = () => resolve(false)
      timer = setTimeout(() => resolve(true), Math.max(0, dueInMs))
    })
    try {
      return await woken
    } finally {
      clearTimeout(timer)
      this.#wakeUp = () => {}
    }
  }

  #heartbeat(): Heartbeat {
    this.#lastDeliveredMs = Date.now()
    return new Heartbeat(this.#latest())
  }

  /** The latest position that the client has covered: with an empty buffer, all offered events were delivered. */
  #latest(): bigint {
    return maxOf(this.#position, this.#follower.position)
  }

  #overflow(): void {
    this.#overflowed = true
    this.#buffer = []
    this.#follower.unsubscribe(this)
  }

  #resync(): Resync {
    const latest = this.#latest()
    return new Resync({ oldest: oldestResumePosition(latest, this.#limits), latest })
  }
}

const maxOf = (left: bigint, right: bigint): bigint => (left > right ? left : right)

/** The oldest position from which a client may resume. */
export const oldestResumePosition = (latest: bigint, { resumeMax }: StreamLimits): bigint =>
  latest > BigInt(resumeMax) ? latest - BigInt(resumeMax) : 0n
