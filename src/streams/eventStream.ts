/**
 * One subscriber's way through the log: first what it has missed, read from the table by position; then what the tail offers.
 * It never waits inside the tail: what it cannot take in time fills a bounded buffer, and past that it is told to read anew.
 */
import type { TypingSignal } from '../chats/typing.ts'
import type { EventRange, SequencedEvent } from '../events/events.sql.ts'
import type { EventFollower, FollowerReader } from './eventFollower.ts'

/** Read again, then resume at `latest`: the stream ends here. What cannot be read any more cannot be followed either. */
export class Resync {
  readonly oldest: bigint
  readonly latest: bigint
  constructor({ oldest, latest }: { oldest: bigint; latest: bigint }) {
    this.oldest = oldest
    this.latest = latest
  }
}

/** Nothing new up to `latest`. */
export class Beat {
  readonly latest: bigint
  readonly at = new Date()
  constructor(latest: bigint) {
    this.latest = latest
  }
}

/** The last item of a stream that could not go on. */
export class Failure {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}

export type StreamItem = SequencedEvent | TypingSignal | Resync | Beat | Failure

/**
 * What becomes of an event: its subscriber gets it or not; or gets it as the last one, since it took what they follow out of their
 * sight; or gets nothing more, since that is out of their sight already.
 */
export type Verdict = 'given' | 'withheld' | 'last' | 'over'

/** Which events a stream is about, and whether its subscriber may have this one now. */
export interface Interest {
  topic: string
  /** What of it stands in this stretch of the log, in the order of positions. */
  read(stretch: EventRange): Promise<SequencedEvent[]>
  wants(event: SequencedEvent): boolean
  judge(event: SequencedEvent): Promise<Verdict>
  /** Whether the subscriber may not see any more what they follow; absent where they follow nothing in particular. */
  isOver?(): Promise<boolean>
  /** Where people type: who does, as long as nobody calls the function that `listen` gives; and whether it may be told now. */
  typing?: {
    listen(onTyping: (signal: TypingSignal) => void): () => void
    allows(): Promise<boolean>
  }
}

export interface StreamLimits {
  /** How far behind a reader may resume. */
  resumeMax: number
  /** How many events wait for a slow reader before it must read anew. */
  bufferMax: number
  heartbeatMs: number
}

const PAGE_SIZE = 200

export class EventStream implements AsyncIterableIterator<StreamItem>, FollowerReader {
  readonly topic: string
  readonly #interest: Interest
  readonly #tail: EventFollower
  readonly #limits: StreamLimits
  readonly #onEnd: () => void
  readonly #items: AsyncGenerator<StreamItem, undefined>
  readonly #openedAt: bigint
  /** Everything up to here was given, or is none of its business. */
  #position: bigint
  #buffer: SequencedEvent[] = []
  /** The last word of each person, so as many as there are people. */
  readonly #typing = new Map<string, TypingSignal>()
  readonly #stopListening: () => void
  #overflowed = false
  #ended = false
  #failure: Failure | undefined
  #lastGivenMs = Date.now()
  #wakeUp: () => void = () => {}

  /**
   * Begins after `position`; the log went to `latest` when it was opened. `onEnd` is called once, when it is over for
   * whatever reason.
   */
  constructor(options: {
    interest: Interest
    tail: EventFollower
    limits: StreamLimits
    position: bigint
    latest: bigint
    onEnd: () => void
  }) {
    this.topic = options.interest.topic
    this.#interest = options.interest
    this.#tail = options.tail
    this.#limits = options.limits
    this.#position = options.position
    this.#openedAt = options.latest
    this.#onEnd = options.onEnd
    this.#items = this.#read()
    this.#stopListening = options.interest.typing?.listen((signal) => this.#hear(signal)) ?? (() => {})
  }

  /** What the tail calls. */
  offer(event: SequencedEvent): void {
    if (this.#overflowed || !this.#interest.wants(event)) return
    if (this.#buffer.length < this.#limits.bufferMax) this.#buffer.push(event)
    else this.#overflow()
    this.#wakeUp()
  }

  /** Ends it after the item in hand; an error is given as the last item, so that its subscriber knows why. */
  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    if (error !== undefined) this.#failure = new Failure(error)
    this.#tail.leave(this)
    this.#stopListening()
    this.#buffer = []
    this.#onEnd()
    this.#wakeUp()
  }

  next(): Promise<IteratorResult<StreamItem, undefined>> {
    return this.#items.next()
  }

  /** The subscriber has gone. */
  return(): Promise<IteratorResult<StreamItem, undefined>> {
    // A generator that waits cannot be returned from: it is woken first, and finds that it has ended.
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
      // The table cannot be read now: the subscriber is told, and resumes when it can.
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
      if (event) yield* this.#give(event)
      else if (this.#typing.size > 0) yield* this.#giveTyping()
      else if (await this.#waitedInVain()) {
        if (await this.#isOver()) return yield this.#resync()
        yield this.#beat()
      }
    }
  }

  /** Far behind it reads by itself; only when it has caught up does it join the tail, and reads what came meanwhile. */
  async *#readMissed(): AsyncGenerator<StreamItem, void> {
    yield* this.#readUpTo(this.#openedAt)
    yield* this.#readUpTo(this.#tail.position)
    if (this.#ended) return
    const joinedAt = await this.#tail.join(this)
    if (this.#ended) return this.#tail.leave(this)
    yield* this.#readUpTo(joinedAt)
  }

  async *#readUpTo(until: bigint): AsyncGenerator<StreamItem, void> {
    while (!this.#ended && !this.#overflowed && this.#position < until) {
      const events = await this.#interest.read({ after: this.#position, until, limit: PAGE_SIZE })
      for (const event of events) {
        if (this.#ended) return
        yield* this.#give(event)
      }
      if (events.length < PAGE_SIZE) this.#position = until
    }
  }

  async *#give(event: SequencedEvent): AsyncGenerator<StreamItem, void> {
    // Offered by the tail and read as missed: once is enough.
    if (event.position <= this.#position) return
    const verdict = this.#interest.wants(event) ? await this.#interest.judge(event) : 'withheld'
    this.#position = event.position
    if (verdict === 'withheld' || this.#ended) return
    this.#lastGivenMs = Date.now()
    yield verdict === 'over' ? this.#resync() : event
    if (verdict !== 'given') this.end()
  }

  /** Asked at each heartbeat: what is taken away without an event of its own is missed no longer. While nobody can tell, it goes on. */
  async #isOver(): Promise<boolean> {
    try {
      return (await this.#interest.isOver?.()) ?? false
    } catch {
      return false
    }
  }

  #hear(signal: TypingSignal): void {
    this.#typing.set(signal.userId, signal)
    this.#wakeUp()
  }

  /** It has no cursor to resume after, so a heartbeat is due all the same. */
  async *#giveTyping(): AsyncGenerator<StreamItem, void> {
    const signals = [...this.#typing.values()]
    this.#typing.clear()
    const given = (await this.#interest.typing?.allows()) && !this.#ended
    if (given) yield* signals
  }

  /** Waits until there is something to do; true when that took so long that a heartbeat is due. */
  async #waitedInVain(): Promise<boolean> {
    if (this.#ended) return false
    const dueInMs = this.#lastGivenMs + this.#limits.heartbeatMs - Date.now()
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

  #beat(): Beat {
    this.#lastGivenMs = Date.now()
    return new Beat(this.#upTo())
  }

  /** With an empty buffer, everything that was offered to it has been given. */
  #upTo(): bigint {
    return greater(this.#position, this.#tail.position)
  }

  #overflow(): void {
    this.#overflowed = true
    this.#buffer = []
    this.#tail.leave(this)
  }

  #resync(): Resync {
    const latest = this.#upTo()
    return new Resync({ oldest: oldestOf(latest, this.#limits), latest })
  }
}

const greater = (one: bigint, other: bigint): bigint => (one > other ? one : other)

/** The last position from which one may resume. */
export const oldestOf = (latest: bigint, { resumeMax }: StreamLimits): bigint =>
  latest > BigInt(resumeMax) ? latest - BigInt(resumeMax) : 0n
