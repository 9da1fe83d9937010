/**
 * One set of loaders a request: what the statement of a root field cannot bring, such as the viewer's own rows. Whatever a request
 * remembers of the database stands here and nowhere else, so that all of it can be forgotten when the request changes something.
 */
import { makeVisibleChatLoader, type VisibleChatLoader } from '../chats/chatLoader.ts'
import { makeUnreadLoader, type UnreadLoader } from '../chats/unreadLoader.ts'
import type { Database } from '../db/client.ts'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { makePositionLoader, type PositionLoader } from '../events/positionLoader.ts'
import { type FileLoaders, makeFileLoaders } from '../files/fileLoaders.ts'
import { type AgentRatingLoader, makeAgentRatingLoader } from '../support/agents/agentLoader.ts'
import { makeQueueLoader, type QueueLoader } from '../support/queue/queueLoader.ts'
import { makeTaskLoaders, type TaskLoaders } from '../tasks/taskLoaders.ts'
import { type AccountBalanceLoader, makeAccountBalanceLoader } from '../transfers/ledger/accountBalanceLoader.ts'
import { type MoneyTrailLoader, makeMoneyTrailLoader } from '../transfers/ledger/moneyTrailLoader.ts'

declare module '../graphql/context.ts' {
  interface RequestLoaders extends Loaders {}
}

/** The loaders of one request, each made when it is first asked for: most requests need none of them. */
export class Loaders {
  readonly #database: Database
  readonly #prisma: PrismaClient
  readonly #caller: Caller | null
  #made: Made = {}
  /** The tasks that this request found by `visibleTasks`, so that nobody asks again whether the viewer sees them. */
  readonly foundTasks = new Set<string>()
  /** The same of chats, by `chatsVisibleTo`. */
  readonly foundChats = new Set<string>()

  constructor(database: Database, prisma: PrismaClient, caller: Caller | null) {
    this.#database = database
    this.#prisma = prisma
    this.#caller = caller
  }

  /** Fresh loaders of the same database for another viewer, or for the next item of a stream. */
  forViewer(caller: Caller | null): Loaders {
    return new Loaders(this.#database, this.#prisma, caller)
  }

  /** Forgets all that was loaded: what is asked from now on is read again. */
  forget(): void {
    this.#made = {}
    this.foundTasks.clear()
    this.foundChats.clear()
  }

  /** Unread messages by the id of the chat. */
  get unread(): UnreadLoader {
    this.#made.unread ??= makeUnreadLoader(this.#database, this.#caller)
    return this.#made.unread
  }

  /** Whether the viewer may see a chat, by its id. */
  get visibleChats(): VisibleChatLoader {
    this.#made.visibleChats ??= makeVisibleChatLoader(this.#prisma, this.#caller)
    return this.#made.visibleChats
  }

  /** Positions by the id of the event. */
  get positions(): PositionLoader {
    this.#made.positions ??= makePositionLoader(this.#database)
    return this.#made.positions
  }

  /** Places in the queue of customer service by the id of the chat. */
  get queue(): QueueLoader {
    this.#made.queue ??= makeQueueLoader(this.#database)
    return this.#made.queue
  }

  /** Ratings by the id of the agent. */
  get agentRatings(): AgentRatingLoader {
    this.#made.agentRatings ??= makeAgentRatingLoader(this.#database)
    return this.#made.agentRatings
  }

  get tasks(): TaskLoaders {
    this.#made.tasks ??= makeTaskLoaders(this.#database, this.#prisma, this.#caller)
    return this.#made.tasks
  }

  get files(): FileLoaders {
    this.#made.files ??= makeFileLoaders(this.#prisma, this.#caller)
    return this.#made.files
  }

  /** Money trails by the id of the task. */
  get moneyTrails(): MoneyTrailLoader {
    this.#made.moneyTrails ??= makeMoneyTrailLoader(this.#database)
    return this.#made.moneyTrails
  }

  /** Balances by account and moment. */
  get accountBalances(): AccountBalanceLoader {
    this.#made.accountBalances ??= makeAccountBalanceLoader(this.#database)
    return this.#made.accountBalances
  }
}

interface Made {
  unread?: UnreadLoader
  visibleChats?: VisibleChatLoader
  positions?: PositionLoader
  queue?: QueueLoader
  agentRatings?: AgentRatingLoader
  tasks?: TaskLoaders
  files?: FileLoaders
  moneyTrails?: MoneyTrailLoader
  accountBalances?: AccountBalanceLoader
}
