/** Visibility of chats, as query conditions, so that invisible rows are never read. */
import type { Prisma } from '../db/generated/client.ts'
import { perViewerConstant, probedPerRow } from '../db/queryHints.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { othersTasks, ownTasks } from './staffRights.ts'

const none = (): Prisma.ChatWhereInput => ({ id: { in: [] } })

/**
 * The chats that `caller` may see. Poster, tasker and customer: those in which they participate. Agents: queued support chats, those
 * assigned to them, and the task chats of their customers about the topics of these chats. Administrators: all. A role counts only
 * while the person has it, and not in a conflict of interest.
 */
export const chatsVisibleTo = perViewerConstant<Caller, Prisma.ChatWhereInput>((caller) => {
  if (!caller) return none()
  const own = { participants: { some: { userId: caller.id, ...NOT_AS_AGENT } } }
  return hasRole(caller, 'AGENT') ? { OR: [own, { AND: [asStaff(caller), othersChats(caller)] }] } : own
})

/** The participations of `caller` in chats that they may see, for lists of their own chats. */
export function participationsOf(caller: Caller): Prisma.ChatParticipantWhereInput {
  const own = { userId: caller.id }
  if (!hasRole(caller, 'AGENT')) return { ...own, ...NOT_AS_AGENT }
  return { ...own, OR: [NOT_AS_AGENT, { chat: othersChats(caller) }] }
}

/**
 * Participants whose chats `caller` may see, for conditions on rows that refer to a chat. Without a role these are only the viewer's
 * own participations, so the query reads nothing else.
 */
export function participantsVisibleTo(caller: Caller | null): Prisma.ChatParticipantWhereInput {
  return caller && !hasRole(caller, 'AGENT') ? participationsOf(caller) : { chat: chatsVisibleTo(caller) }
}

const NOT_AS_AGENT = { role: { not: 'AGENT' } } as const

const asStaff = (caller: Caller): Prisma.ChatWhereInput => {
  const { id } = caller
  if (hasRole(caller, 'ADMIN')) return {}
  return { OR: [{ status: 'QUEUED' }, { agentId: id }, { agentAccess: { some: probedPerRow({ agentId: id }) } }] }
}

const othersChats = (caller: Caller): Prisma.ChatWhereInput => ({
  OR: [
    { kind: 'TASK', task: othersTasks(caller) },
    { kind: 'SUPPORT', ...servableBy(caller) },
  ],
})

/**
 * The support chats that `caller` may serve. Rules check the same with the SQL function `may_serve`. A chat opened without a task has
 * no topics, so these are not read.
 */
export const servableBy = (caller: Caller): Prisma.ChatWhereInput => ({
  customerId: { not: caller.id },
  OR: [
    { aboutTaskId: null },
    { topics: { none: probedPerRow<Prisma.ChatTopicWhereInput>({ task: ownTasks(caller) }) } },
  ],
})

/**
 * The queued support chats that `caller`, an agent, may see and serve. `chatsVisibleTo` selects the same ones; without its other
 * alternatives the queue is read in index order.
 */
export const queuedVisibleTo = (caller: Caller | null): Prisma.ChatWhereInput =>
  caller ? { status: 'QUEUED', ...servableBy(caller) } : none()

interface Viewing {
  loaders: { foundChats: Set<string>; visibleChats: { load(chatId: string): Promise<boolean> } }
}

/**
 * True if the viewer may see the chat now. An event or a stored answer refers to a chat forever; a viewer who may no longer see it gets
 * only its state.
 */
export function seesChat({ loaders }: Viewing, { id }: { id: string }): boolean | Promise<boolean> {
  // No promise in the common case: the query has found all chats of the page.
  return loaders.foundChats.has(id) || loaders.visibleChats.load(id)
}

/** Returns `value` if the viewer may see the chat now, `otherwise` if not. */
export function seenOfChat<Value, Otherwise>(
  viewing: Viewing,
  chat: { id: string },
  value: Value,
  otherwise: Otherwise,
): Value | Otherwise | Promise<Value | Otherwise> {
  const sees = seesChat(viewing, chat)
  if (typeof sees === 'boolean') return sees ? value : otherwise
  return sees.then((isSeen) => (isSeen ? value : otherwise))
}

/** Marks a chat as found by `chatsVisibleTo`, and returns it. */
export function foundChat<Row extends { id: string } | null>({ loaders }: Viewing, chat: Row): Row {
  if (chat) loaders.foundChats.add(chat.id)
  return chat
}

/**
 * Marks the chat of a mutation's payload as visible. Not for a replay, because the viewer may have lost the right since, and not
 * before `replayed` is known.
 */
export function foundByAct(viewing: Viewing, { chatId: id, replayed }: { chatId: string; replayed?: boolean }): void {
  if (replayed === false) foundChat(viewing, { id })
}
