/** Loads whether the viewer may see chats that other objects refer to, in one statement per batch. */
import DataLoader from 'dataloader'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { chatsVisibleTo } from '../visibility/chatVisibility.ts'

export type VisibleChatLoader = DataLoader<string, boolean>

/** Keyed by chat id; true if the caller may see the chat. Not cached, because a later mutation of the request may change it. */
export const makeVisibleChatLoader = (prisma: PrismaClient, caller: Caller | null): VisibleChatLoader =>
  new DataLoader<string, boolean>(
    async (chatIds) => {
      const where = { AND: [{ id: { in: [...chatIds] } }, chatsVisibleTo(caller)] }
      const rows = await prisma.chat.findMany({ where, select: { id: true } })
      const visible = new Set(rows.map(({ id }) => id))
      return chatIds.map((id) => visible.has(id))
    },
    { cache: false },
  )
