/** One set of loaders a request: what the statement of a root field cannot bring, such as the viewer's own rows. */
import { makeUnreadLoader, type UnreadLoader } from '../chats/unreadLoader.ts'
import type { Database } from '../db/client.ts'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { makePositionLoader, type PositionLoader } from '../events/positionLoader.ts'
import { type FileLoaders, makeFileLoaders } from '../files/fileLoaders.ts'
import { type AgentRatingLoader, makeAgentRatingLoader } from '../support/agentLoader.ts'
import { makeQueueLoader, type QueueLoader } from '../support/queueLoader.ts'
import { makeTaskLoaders, type TaskLoaders } from '../tasks/taskLoaders.ts'
import { type AccountBalanceLoader, makeAccountBalanceLoader } from '../transfers/accountBalanceLoader.ts'
import { type MoneyTrailLoader, makeMoneyTrailLoader } from '../transfers/moneyTrailLoader.ts'

export interface Loaders {
  /** Unread messages by the id of the chat. */
  unread: UnreadLoader
  /** Positions by the id of the event. */
  positions: PositionLoader
  /** Places in the queue of customer service by the id of the chat. */
  queue: QueueLoader
  /** Ratings by the id of the agent. */
  agentRatings: AgentRatingLoader
  tasks: TaskLoaders
  files: FileLoaders
  /** Money trails by the id of the task. */
  moneyTrails: MoneyTrailLoader
  /** Balances by account and moment. */
  accountBalances: AccountBalanceLoader
}

/** The loaders of one request, each made when it is first asked for: most requests need none of them. */
export function makeLoaders(database: Database, prisma: PrismaClient, caller: Caller | null): Loaders {
  const made: Partial<Loaders> = {}
  return {
    get unread() {
      made.unread ??= makeUnreadLoader(database, caller)
      return made.unread
    },
    get positions() {
      made.positions ??= makePositionLoader(database)
      return made.positions
    },
    get queue() {
      made.queue ??= makeQueueLoader(database)
      return made.queue
    },
    get agentRatings() {
      made.agentRatings ??= makeAgentRatingLoader(database)
      return made.agentRatings
    },
    get moneyTrails() {
      made.moneyTrails ??= makeMoneyTrailLoader(database)
      return made.moneyTrails
    },
    get accountBalances() {
      made.accountBalances ??= makeAccountBalanceLoader(database)
      return made.accountBalances
    },
    tasks: makeTaskLoaders(database, prisma, caller),
    files: makeFileLoaders(prisma, caller),
  }
}
