/** How a rule gets hold of a support chat, and what the caller is in it. */
import type { Chat } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { NotFoundError } from '../domain/errors.ts'
import { isParty, type LockedSupportChat, lockSupportChat as lockRow } from './supportChats.sql.ts'

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
 * Staff are nothing more than parties where it is about a task of their own.
 */
export async function standingIn(database: Statements, chat: Seen, caller: Caller): Promise<Standing | undefined> {
  if (chat.customerId === caller.id) return 'customer'
  if (!hasRole(caller, 'AGENT')) return undefined
  if (chat.agentId === caller.id) return 'agent'
  const isAdministrator = hasRole(caller, 'ADMIN')
  if (!isAdministrator && chat.status !== 'QUEUED') return undefined
  // A chat that was opened about nothing has no topic.
  if (chat.aboutTaskId && (await isParty(database, { chatId: chat.id, userId: caller.id }))) return undefined
  return isAdministrator ? 'administrator' : 'onlooker'
}
