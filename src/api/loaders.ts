/**
 * The loaders of one request, for values that the statement of a root field cannot include, such as the viewer's own rows. All
 * rows that a request caches are here, so that a mutation can invalidate all of them at once.
 */
import { makeVisibleChatLoader, type VisibleChatLoader } from '../chats/chatLoader.ts'
import { makeUnreadLoader, type UnreadLoader } from '../chats/unreadLoader.ts'
import type { Database } from '../db/client.ts'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { makePositionLoader, type PositionLoader } from '../events/positionLoader.ts'
import { type FileLoaders, makeFileLoaders } from '../files/fileLoaders.ts'
import { makeVisibleEventLoader, type VisibleEventLoader } from '../streams/visibleEventLoader.ts'
import { type AgentRatingLoader, makeAgentRatingLoader } from '../support/agents/agentLoader.ts'
import { makeQueueLoader, type QueueLoader } from '../support/queue/queueLoader.ts'
import { makeTaskLoaders, type TaskLoaders } from '../tasks/taskLoaders.ts'
import { type AccountBalanceLoader, makeAccountBalanceLoader } from '../transfers/ledger/accountBalanceLoader.ts'
import { type MoneyTrailLoader, makeMoneyTrailLoader } from '../transfers/ledger/moneyTrailLoader.ts'
import {
  makeStatementBalanceLoader,
  type StatementBalanceLoader,
} from '../transfers/ledger/statements/statementBalanceLoader.ts'

declare module '../graphql/context.ts' {
  interface RequestLoaders extends Loaders {}
}

/** The loaders of one request, each created on first use, because most requests need none. */
export class Loaders {
  readonly #database: Database
  readonly #prisma: PrismaClient
  readonly #caller: Caller | null
  #loaders: LoaderCache = {}
  /** Tasks that this request has read through `visibleTasks`: their visibility needs no second check. */
  readonly foundTasks = new Set<string>()
  /** The same for chats, read through `chatsVisibleTo`. */
  readonly foundChats = new Set<string>()

  constructor(database: Database, prisma: PrismaClient, caller: Caller | null) {
    this.#database = database
    this.#prisma = prisma
    this.#caller = caller
  }

  /** Returns empty loaders for another viewer, or for the next item of a stream. */
  forViewer(caller: Caller | null): Loaders {
    return new Loaders(this.#database, this.#prisma, caller)
  }

  /** Invalidates everything that was loaded. */
  invalidate(): void {
    this.#loaders = {}
    this.foundTasks.clear()
    this.foundChats.clear()
  }

  /** Counts of unread messages by chat id. */
  get unread(): UnreadLoader {
    this.#loaders.unread ??= makeUnreadLoader(this.#database, this.#caller)
    return this.#loaders.unread
  }

  /** Visibility of chats to the viewer, by chat id. */
  get visibleChats(): VisibleChatLoader {
    this.#loaders.visibleChats ??= makeVisibleChatLoader(this.#prisma, this.#caller)
    return this.#loaders.visibleChats
  }

  /** Visibility of events to the viewer, by event id. */
  get visibleEvents(): VisibleEventLoader {
    this.#loaders.visibleEvents ??= makeVisibleEventLoader(this.#prisma, this.#caller)
    return this.#loaders.visibleEvents
  }

  /** Positions in the event log by event id. */
  get positions(): PositionLoader {
    this.#loaders.positions ??= makePositionLoader(this.#database)
    return this.#loaders.positions
  }

  /** Places in the support queue by chat id. */
  get queue(): QueueLoader {
    this.#loaders.queue ??= makeQueueLoader(this.#database)
    return this.#loaders.queue
  }

  /** Ratings by agent id. */
  get agentRatings(): AgentRatingLoader {
    this.#loaders.agentRatings ??= makeAgentRatingLoader(this.#database)
    return this.#loaders.agentRatings
  }

  get tasks(): TaskLoaders {
    this.#loaders.tasks ??= makeTaskLoaders(this.#database, this.#prisma, this.#caller)
    return this.#loaders.tasks
  }

  get files(): FileLoaders {
    this.#loaders.files ??= makeFileLoaders(this.#prisma, this.#caller)
    return this.#loaders.files
  }

  /** Money trails by task id. */
  get moneyTrails(): MoneyTrailLoader {
    this.#loaders.moneyTrails ??= makeMoneyTrailLoader(this.#database)
    return this.#loaders.moneyTrails
  }

  /** Ledger balances by account and time. */
  get accountBalances(): AccountBalanceLoader {
    this.#loaders.accountBalances ??= makeAccountBalanceLoader(this.#database)
    return this.#loaders.accountBalances
  }

  /** Balances of statements by owner, currency and place. */
  get statementBalances(): StatementBalanceLoader {
    this.#loaders.statementBalances ??= makeStatementBalanceLoader(this.#database)
    return this.#loaders.statementBalances
  }
}

interface LoaderCache {
  unread?: UnreadLoader
  visibleChats?: VisibleChatLoader
  visibleEvents?: VisibleEventLoader
  positions?: PositionLoader
  queue?: QueueLoader
  agentRatings?: AgentRatingLoader
  tasks?: TaskLoaders
  files?: FileLoaders
  moneyTrails?: MoneyTrailLoader
  accountBalances?: AccountBalanceLoader
  statementBalances?: StatementBalanceLoader
}
