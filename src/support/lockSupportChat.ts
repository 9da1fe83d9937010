/** How a rule gets hold of a support chat, and what the caller is in it. */

import { mayServe } from '../chats/mayServe.ts'
import type { Chat } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { NotFoundError } from '../domain/errors.ts'
import { type LockedSupportChat, lockSupportChat as lockRow } from './supportChats.sql.ts'

/** An onlooker is an agent who sees it in the queue. */
export type Standing = 'customer' | 'agent' | 'administrator' | 'onlooker'

type Seen = Pick<Chat, 'id' | 'status' | 'customerId' | 'agentId' | 'aboutTaskId'>

/** Locks a support chat for whoever may see it. Refuses everybody else with NotFoundError. */
export async function lockSupportChat(
  tx: Tx,
  { chatId, caller }: { chatId: string; caller: Caller },
): Promise<{ chat: LockedSupportChat; standing: Standing }> {
  const chat = await lockRow(tx, { chatId })
  const standing = chat && (await standingIn(tx, chat, caller))
  if (!chat || !standing) throw NotFoundError.of('sch', chatId)
  return { chat, standing }
}

/**
 * The same that `chatsVisibleTo` says to the database, about a row that was read already: undefined for whoever may not see it.
 * Staff have no role where it is about a matter of their own.
 */
export async function standingIn(database: Statements, chat: Seen, caller: Caller): Promise<Standing | undefined> {
  if (chat.customerId === caller.id) return 'customer'
  if (!hasRole(caller, 'AGENT')) return undefined
  const isAgent = chat.agentId === caller.id
  const isAdministrator = hasRole(caller, 'ADMIN')
  if (!isAgent && !isAdministrator && chat.status !== 'QUEUED') return undefined
  if (!(await mayServe(database, { chat, personId: caller.id }))) return undefined
  if (isAgent) return 'agent'
  return isAdministrator ? 'administrator' : 'onlooker'
}
