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

/** The loaders of one request. */
export function makeLoaders(database: Database, prisma: PrismaClient, caller: Caller | null): Loaders {
  return {
    unread: makeUnreadLoader(database, caller),
    positions: makePositionLoader(database),
    queue: makeQueueLoader(database),
    agentRatings: makeAgentRatingLoader(database),
    tasks: makeTaskLoaders(database, prisma, caller),
    files: makeFileLoaders(prisma, caller),
    moneyTrails: makeMoneyTrailLoader(database),
    accountBalances: makeAccountBalanceLoader(database),
  }
}
