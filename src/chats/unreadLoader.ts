/** A chat's unread count is the viewer's own: all chats of one request are asked for in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../db/statements.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { readUnreadOfChats } from './chats.sql.ts'

export type UnreadLoader = DataLoader<string, number>

/** Gives how many messages wait behind the caller's own mark, by the id of the chat; none where they are no participant. */
export const makeUnreadLoader = (database: Statements, caller: Caller | null): UnreadLoader =>
  new DataLoader(async (chatIds) => {
    if (!caller) return chatIds.map(() => 0)
    const rows = await readUnreadOfChats(database, { userId: caller.id, isAgent: hasRole(caller, 'AGENT'), chatIds })
    const counts = new Map(rows.map(({ chatId, messages }) => [chatId, messages]))
    return chatIds.map((chatId) => counts.get(chatId) ?? 0)
  })
