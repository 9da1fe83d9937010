/** The order of the queue, for its pages. `lockNextChat` has the same order in SQL. */

import type { Prisma } from '../../db/generated/client.ts'
import { disjoint } from '../../db/queryHints.ts'
import { type Cursor, fromCursor, type Page, toCursor, UUID } from '../../graphql/pagination.ts'

/** The columns of the order. */
export const QUEUE_SELECT = {
  atFront: true,
  returnedAt: true,
  priority: true,
  queuedAt: true,
} as const satisfies Prisma.ChatSelect

/** The sort key of a chat in the queue. */
export interface QueueKey {
  atFront: boolean
  /** Null for a chat that was never returned by an agent. */
  returnedAt: Date | null
  priority: number
  queuedAt: Date
  id: string
}

const WRITTEN = /^([01])(?:@(\d{1,15}))?:(-?\d{1,9}):(\d{1,15}):(.+)$/

export const queueCursor: Cursor<QueueKey> = {
  write: ({ atFront, returnedAt, priority, queuedAt, id }) => {
    const front = `${atFront ? 1 : 0}${returnedAt ? `@${returnedAt.getTime()}` : ''}`
    return toCursor([front, priority, queuedAt.getTime(), id].join(':'))
  },
  read: (text) => {
    const [, front, returnedAtMs, priority, queuedAtMs, id = ''] = WRITTEN.exec(fromCursor(text)) ?? []
    if (!UUID.test(id)) return undefined
    return {
      atFront: front === '1',
      returnedAt: returnedAtMs === undefined ? null : new Date(Number(returnedAtMs)),
      priority: Number(priority),
      queuedAt: new Date(Number(queuedAtMs)),
      id,
    }
  },
}

/** Returns the sort key of a queued chat. */
export function queueKeyOf(chat: Omit<QueueKey, 'queuedAt'> & { queuedAt: Date | null }): QueueKey {
  if (!chat.queuedAt) throw new Error('A chat without queuedAt has no position in the queue.')
  return { ...chat, queuedAt: chat.queuedAt }
}

/** The order of service; reversed if a page is read backward. */
export const queueOrder = (backward: boolean): Prisma.ChatOrderByWithRelationInput[] => {
  const [least, most] = backward ? (['desc', 'asc'] as const) : (['asc', 'desc'] as const)
  return [
    { atFront: most },
    { returnedAt: { sort: most, nulls: backward ? 'first' : 'last' } },
    { priority: most },
    { queuedAt: least },
    { id: least },
  ]
}

/** Restricts a list to the rows strictly between the cursors of a page. */
export const queuedBeyond = ({ after, before }: Page<QueueKey>): Prisma.ChatWhereInput => ({
  AND: [after ? beyond(after, 'after') : {}, before ? beyond(before, 'before') : {}],
})

function beyond(key: QueueKey, side: 'after' | 'before'): Prisma.ChatWhereInput {
  const { atFront, returnedAt, priority, queuedAt, id } = key
  const [later, lower] = side === 'after' ? (['gt', 'lt'] as const) : (['lt', 'gt'] as const)
  const otherSide: Prisma.ChatWhereInput[] = atFront === (side === 'after') ? [{ atFront: !atFront }] : []
  return {
    OR: disjoint([
      ...otherSide,
      ...returnedBeyond(key, side),
      { atFront, returnedAt, priority: { [lower]: priority } },
      { atFront, returnedAt, priority, queuedAt: { [later]: queuedAt } },
      { atFront, returnedAt, priority, queuedAt, id: { [later]: id } },
    ]),
  }
}

// At the front: the chat that was returned last is first, and a chat without `returnedAt` is last.
function returnedBeyond({ atFront, returnedAt }: QueueKey, side: 'after' | 'before'): Prisma.ChatWhereInput[] {
  if (!atFront) return []
  if (side === 'before') return [{ atFront, returnedAt: returnedAt ? { gt: returnedAt } : { not: null } }]
  return returnedAt
    ? [
        { atFront, returnedAt: { lt: returnedAt } },
        { atFront, returnedAt: null },
      ]
    : []
}
