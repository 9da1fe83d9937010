/** Loads the viewer's unread counts, all chats of a request in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../db/statements.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { readUnreadOfChats } from './chats.sql.ts'

export type UnreadLoader = DataLoader<string, number>

/** Keyed by chat id; the messages after the caller's reading mark, 0 for a non-participant. */
export const makeUnreadLoader = (database: Statements, caller: Caller | null): UnreadLoader =>
  new DataLoader(async (chatIds) => {
    if (!caller) return chatIds.map(() => 0)
    const rows = await readUnreadOfChats(database, { userId: caller.id, isAgent: hasRole(caller, 'AGENT'), chatIds })
    const counts = new Map(rows.map(({ chatId, messages }) => [chatId, messages]))
    return chatIds.map((chatId) => counts.get(chatId) ?? 0)
  })
