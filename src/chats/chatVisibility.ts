/** Who may read a chat, as a condition of the query: what may not be seen is not read. */
import type { Prisma } from '../db/generated/client.ts'
import { type Caller, hasRole } from '../domain/caller.ts'

const NONE: Prisma.ChatWhereInput = { id: { in: [] } }

/** Its participants; and an administrator, but never of a task that they are a party to. */
export function chatsVisibleTo(caller: Caller | null): Prisma.ChatWhereInput {
  if (!caller) return NONE
  const own: Prisma.ChatWhereInput = { participants: { some: { userId: caller.id } } }
  if (!hasRole(caller, 'ADMIN')) return own
  return { OR: [own, { task: { posterId: { not: caller.id }, chats: { none: { taskerId: caller.id } } } }] }
}
