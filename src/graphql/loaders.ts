/** One set of loaders a request: what the statement of a root field cannot bring, such as the viewer's own rows. */
import { makeUnreadLoader, type UnreadLoader } from '../chats/unreadLoader.ts'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'
import { makeTaskLoaders, type TaskLoaders } from '../tasks/taskLoaders.ts'

export interface Loaders {
  /** Unread messages by the id of the chat. */
  unread: UnreadLoader
  tasks: TaskLoaders
}

export function makeLoaders(database: Statements, prisma: PrismaClient, caller: Caller | null): Loaders {
  return { unread: makeUnreadLoader(database, caller), tasks: makeTaskLoaders(prisma, caller) }
}
