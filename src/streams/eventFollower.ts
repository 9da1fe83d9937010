/**
 * Reads new events once for all streams of a process and hands each to those whom it may concern, in the order of positions.
 * However many streams there are, a new event is read once.
 */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import { repeat, type WakeableRepetition } from '../domain/repeat.ts'
import { readEvents, readLatestPosition, type SequencedEvent } from '../events/events.sql.ts'
import { QUEUE_EVENT_TYPES } from '../events/eventTypes.ts'

// Without a wake-up, from this process or another, a new event is found this late.
const LOOK_EVERY_MS = 1_000
const BATCH_SIZE = 500
// A hundred thousand at a time; what is more waits for the next turn.
const BATCHES_MAX = 200

export interface FollowerReader {
  /** What it listens to; an event that has any of these topics is offered to it. */
  readonly topic: string
  /** Takes an event, at once: nobody waits for a reader. */
  offer(event: SequencedEvent): void
}

export class EventFollower {
  readonly #database: Database
  readonly #readers = new Map<string, Set<FollowerReader>>()
  readonly #following: WakeableRepetition
  /** From where on it reads; undefined while nobody listens. */
  #position: bigint | undefined
  #offeredUpTo = 0n

  constructor({ database, log }: { database: Database; log: Logger }) {
    this.#database = database
    this.#following = repeat({ name: 'followEvents', everyMs: LOOK_EVERY_MS, log, turn: () => this.#follow() })
  }

  /** Everything up to here was offered to whoever listened. */
  get position(): bigint {
    return this.#position ?? this.#offeredUpTo
  }

  /** From now on the reader is offered every event of its topic beyond the position that this gives. */
  async join(reader: FollowerReader): Promise<bigint> {
    const latest = this.#position ?? (await readLatestPosition(this.#database))
    // Another may have joined while this one asked, and has been promised all from its own position on.
    this.#position ??= latest
    const readers = this.#readers.get(reader.topic) ?? new Set()
    this.#readers.set(reader.topic, readers.add(reader))
    return this.#position
  }

  leave(reader: FollowerReader): void {
    const readers = this.#readers.get(reader.topic)
    readers?.delete(reader)
    if (readers?.size === 0) this.#readers.delete(reader.topic)
  }

  wake(): void {
    this.#following.wake()
  }

  async stop(): Promise<void> {
    await this.#following.stop()
  }

  async #follow(): Promise<void> {
    // While nobody listens nothing needs to be read; whoever joins finds out where the log ends.
    if (this.#readers.size === 0) this.#position = undefined
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
    for (const topic of topicsOf(event)) {
      for (const reader of this.#readers.get(topic) ?? []) reader.offer(event)
    }
  }
}

export const QUEUE_TOPIC = 'queue'
export const feedTopic = (userId: string): string => `feed ${userId}`
export const taskTopic = (taskId: string): string => `task ${taskId}`
export const chatTopic = (chatId: string): string => `chat ${chatId}`
export const transferTopic = (transferId: string): string => `transfer ${transferId}`

// A support chat is about a task only as a question is: its events are none of the task.
const isOfQueue = ({ kind, type, taskId }: SequencedEvent): boolean =>
  kind === 'CHAT' && taskId === null && QUEUE_EVENT_TYPES.some((queueType) => queueType === type)

function topicsOf(event: SequencedEvent): string[] {
  const topics = event.recipientIds.map(feedTopic)
  if (event.kind === 'TASK' && event.taskId) topics.push(taskTopic(event.taskId))
  if (event.kind === 'CHAT' && event.chatId) topics.push(chatTopic(event.chatId))
  if (isOfQueue(event)) topics.push(QUEUE_TOPIC)
  if (event.kind === 'TRANSFER' && event.transferId) topics.push(transferTopic(event.transferId))
  return topics
}
