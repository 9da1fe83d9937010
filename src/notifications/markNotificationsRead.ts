import type { Tx } from '../db/transaction.ts'
import { NotFoundError } from '../domain/errors.ts'
import { findOwn, markRead, markReadUpTo } from './notifications.sql.ts'

interface Marking {
  userId: string
  ids: readonly string[] | undefined
  upTo: string | undefined
}

/** Marks notifications of a person as read: these, or all as old as one of them. Refuses one of somebody else with NotFoundError. */
export async function markNotificationsRead(tx: Tx, { userId, ids, upTo }: Marking): Promise<void> {
  if (ids) {
    const own = new Set((await markRead(tx, { userId, ids })).map(({ id }) => id))
    const missing = ids.find((id) => !own.has(id))
    if (missing !== undefined) throw NotFoundError.of('ntf', missing)
  }
  if (upTo === undefined) return
  if (!(await findOwn(tx, { userId, id: upTo }))) throw NotFoundError.of('ntf', upTo)
  await markReadUpTo(tx, { userId, id: upTo })
}
