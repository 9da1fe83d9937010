/** Who may read a chat, as a condition of the query: what may not be seen is not read. */
import type { Prisma } from '../db/generated/client.ts'
import { lasting } from '../db/readingHints.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { askedAboutBy } from '../tasks/taskVisibility.ts'

const none = (): Prisma.ChatWhereInput => ({ id: { in: [] } })

/**
 * Its participants; agents those that wait for customer service, and those of a task that a chat assigned to them is about;
 * administrators all. But staff are nothing more than parties where it is about a task of their own.
 */
export const chatsVisibleTo = lasting<Caller, Prisma.ChatWhereInput>((caller) => {
  if (!caller) return none()
  if (!hasRole(caller, 'AGENT')) return own(caller, { role: { not: 'AGENT' } })
  return { OR: [own(caller, {}), { AND: [asStaff(caller), notOwnMatter(caller)] }] }
})

// Whoever was an agent and is none any more keeps only the chats that they have as a person.
const own = ({ id }: Caller, condition: Prisma.ChatParticipantWhereInput): Prisma.ChatWhereInput => ({
  participants: { some: { userId: id, ...condition } },
})

const asStaff = (caller: Caller): Prisma.ChatWhereInput =>
  hasRole(caller, 'ADMIN') ? {} : { OR: [{ status: 'QUEUED' }, { task: askedAboutBy(caller) }] }

const notOwnMatter = (caller: Caller): Prisma.ChatWhereInput => ({
  OR: [
    { kind: 'TASK', task: { posterId: { not: caller.id }, chats: { none: { taskerId: caller.id } } } },
    { kind: 'SUPPORT', ...aboutOthers(caller) },
  ],
})

// A chat that was opened about nothing has no topic, which needs no look at them.
const aboutOthers = ({ id }: Caller): Prisma.ChatWhereInput => ({
  OR: [{ aboutTaskId: null }, { topics: { none: { task: { OR: [{ posterId: id }, { assigneeId: id }] } } } }],
})

/**
 * Of the chats that wait for customer service those that `caller`, an agent, may see and serve. The condition above says the
 * same of them; this one leaves out what no such chat is, so that the queue is read in its order.
 */
export const queuedVisibleTo = (caller: Caller | null): Prisma.ChatWhereInput =>
  caller ? { status: 'QUEUED', customerId: { not: caller.id }, ...aboutOthers(caller) } : none()
