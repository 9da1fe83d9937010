/** Who may read a chat, as a condition of the query: what may not be seen is not read. */
import type { Prisma } from '../db/generated/client.ts'
import { perViewerConstant, probedPerRow } from '../db/queryHints.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { othersTasks, ownTasks } from './staffRights.ts'

const none = (): Prisma.ChatWhereInput => ({ id: { in: [] } })

/**
 * The poster, the tasker and the customer who take part in it. By their role: agents those that wait for customer service, those
 * assigned to them, and of what these are about the chats that their customer takes part in; administrators all. Staff have no role
 * where it is about a matter of their own, and none that they lost.
 */
export const chatsVisibleTo = perViewerConstant<Caller, Prisma.ChatWhereInput>((caller) => {
  if (!caller) return none()
  const own = { participants: { some: { userId: caller.id, ...AS_A_PERSON } } }
  return hasRole(caller, 'AGENT') ? { OR: [own, { AND: [asStaff(caller), othersChats(caller)] }] } : own
})

/** Where `caller` takes part in a chat that they may see, for lists of their own chats. */
export function participationsOf(caller: Caller): Prisma.ChatParticipantWhereInput {
  const own = { userId: caller.id }
  if (!hasRole(caller, 'AGENT')) return { ...own, ...AS_A_PERSON }
  return { ...own, OR: [AS_A_PERSON, { chat: othersChats(caller) }] }
}

/**
 * The participants of chats that `caller` may see, for where a chat is reached by something that names it: the viewer themselves where
 * no role counts, so that nothing more is read.
 */
export function witnessFor(caller: Caller | null): Prisma.ChatParticipantWhereInput {
  return caller && !hasRole(caller, 'AGENT') ? participationsOf(caller) : { chat: chatsVisibleTo(caller) }
}

const AS_A_PERSON = { role: { not: 'AGENT' } } as const

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
 * The support chats in which `caller` may answer: the function `may_serve` of the database says the same to rules. A chat that was opened
 * about nothing has no topic, which needs no look at them.
 */
export const servableBy = (caller: Caller): Prisma.ChatWhereInput => ({
  customerId: { not: caller.id },
  OR: [
    { aboutTaskId: null },
    { topics: { none: probedPerRow<Prisma.ChatTopicWhereInput>({ task: ownTasks(caller) }) } },
  ],
})

/**
 * Of the chats that wait for customer service those that `caller`, an agent, may see and serve. The condition above says the
 * same of them; this one leaves out what no such chat is, so that the queue is read in its order.
 */
export const queuedVisibleTo = (caller: Caller | null): Prisma.ChatWhereInput =>
  caller ? { status: 'QUEUED', ...servableBy(caller) } : none()

interface Viewing {
  loaders: { foundChats: Set<string>; visibleChats: { load(chatId: string): Promise<boolean> } }
}

/**
 * The viewer may see the chat now. An event or a stored answer names a chat for good, also to somebody who may not see it any more: of
 * that one only its state is shown.
 */
export function seesChat({ loaders }: Viewing, { id }: { id: string }): boolean | Promise<boolean> {
  // Mostly known already, for every chat of a page: no promise then.
  return loaders.foundChats.has(id) || loaders.visibleChats.load(id)
}

/** What the viewer sees of a chat only while they may see it. */
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

/** Remembers that this chat was found by `chatsVisibleTo`; gives it as it is. */
export function foundChat<Row extends { id: string } | null>({ loaders }: Viewing, chat: Row): Row {
  if (chat) loaders.foundChats.add(chat.id)
  return chat
}

/**
 * The same of the chat in the answer to an act in it. Not of an answer that was stored and is given again, since the right may be gone
 * meanwhile; nor before it is known which of the two it is.
 */
export function foundByAct(viewing: Viewing, { chatId: id, replayed }: { chatId: string; replayed?: boolean }): void {
  if (replayed === false) foundChat(viewing, { id })
}
