/** Reads each new event once per process, in the order of positions, and offers it to the subscribers of its topics. */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import { repeat, type WakeableRepetition } from '../domain/repeat.ts'
import { readEvents, readLatestPosition, type SequencedEvent } from '../events/events.sql.ts'
import { QUEUE_EVENT_TYPES } from '../events/eventTypes.ts'

// The longest delay of a new event without a wake-up from a sequencer.
const POLL_EVERY_MS = 1_000
const BATCH_SIZE = 500
// 100,000 events per turn; the rest waits for the next turn.
const BATCHES_MAX = 200

export interface TopicSubscriber {
  /** It is offered every event that has this topic key. */
  readonly topicKey: string
  /** Receives an event. Must return immediately, because the follower does not wait for slow subscribers. */
  offer(event: SequencedEvent): void
}

/** The single reader of the event log in a process. */
export class EventFollower {
  readonly #database: Database
  readonly #subscribers = new Map<string, Set<TopicSubscriber>>()
  readonly #following: WakeableRepetition
  /** The position to read from; undefined while there are no subscribers. */
  #position: bigint | undefined
  #offeredUpTo = 0n

  constructor({ database, log }: { database: Database; log: Logger }) {
    this.#database = database
    this.#following = repeat({ name: 'followEvents', everyMs: POLL_EVERY_MS, log, turn: () => this.#follow() })
  }

  /** All events up to this position were offered to the subscribers. */
  get position(): bigint {
    return this.#position ?? this.#offeredUpTo
  }

  /** Returns a position; every event of the topic after it will be offered to the subscriber. */
  async subscribe(subscriber: TopicSubscriber): Promise<bigint> {
    const latest = this.#position ?? (await readLatestPosition(this.#database))
    // Another subscriber may have set the position during the read, and was promised every event after that position.
    this.#position ??= latest
    const subscribers = this.#subscribers.get(subscriber.topicKey) ?? new Set()
    this.#subscribers.set(subscriber.topicKey, subscribers.add(subscriber))
    return this.#position
  }

  unsubscribe(subscriber: TopicSubscriber): void {
    const subscribers = this.#subscribers.get(subscriber.topicKey)
    subscribers?.delete(subscriber)
    if (subscribers?.size === 0) this.#subscribers.delete(subscriber.topicKey)
  }

  wake(): void {
    this.#following.wake()
  }

  async stop(): Promise<void> {
    await this.#following.stop()
  }

  async #follow(): Promise<void> {
    // Without subscribers nothing is read; the next subscriber reads the latest position.
    if (this.#subscribers.size === 0) this.#position = undefined
    if (this.#position === undefined) return
    for (let batch = 0; batch < BATCHES_MAX; batch++) {
      const events = await readEvents(this.#database, { after: this.#position, limit: BATCH_SIZE })
      for (const event of events) {
        this.#offer(event)
        this.#position = event.position
        this.#offeredUpTo = event.position
      }
      if (events.length < BATCH_SIZE) return
    }
  }

  #offer(event: SequencedEvent): void {
    for (const key of topicKeysOf(event)) {
      for (const subscriber of this.#subscribers.get(key) ?? []) subscriber.offer(event)
    }
  }
}

/** The topic key of the support queue. */
export const QUEUE_KEY = 'queue'
/** The topic key of a person's feed. */
export const feedKey = (userId: string): string => `feed ${userId}`
/** The topic key of a task. */
export const taskKey = (taskId: string): string => `task ${taskId}`
/** The topic key of a chat. */
export const chatKey = (chatId: string): string => `chat ${chatId}`
/** The topic key of a transfer. */
export const transferKey = (transferId: string): string => `transfer ${transferId}`

// Events of support chats have no task id, even if the chat is about a task.
const isOfQueue = ({ kind, type, taskId }: SequencedEvent): boolean =>
  kind === 'CHAT' && taskId === null && QUEUE_EVENT_TYPES.some((queueType) => queueType === type)

function topicKeysOf(event: SequencedEvent): string[] {
  const keys = event.recipientIds.map(feedKey)
  if (event.kind === 'TASK' && event.taskId) keys.push(taskKey(event.taskId))
  if (event.kind === 'CHAT' && event.chatId) keys.push(chatKey(event.chatId))
  if (isOfQueue(event)) keys.push(QUEUE_KEY)
  if (event.kind === 'TRANSFER' && event.transferId) keys.push(transferKey(event.transferId))
  return keys
}
