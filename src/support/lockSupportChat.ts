/** Locks a support chat and determines the caller's role in it. */

import { mayServe } from '../chats/mayServe.ts'
import type { Chat } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { NotFoundError } from '../domain/errors.ts'
import { type LockedSupportChat, lockSupportChat as lockRow } from './supportChats.sql.ts'

/** An onlooker is another agent, who sees the chat while it is QUEUED. */
export type CallerRole = 'customer' | 'agent' | 'administrator' | 'onlooker'

type Seen = Pick<Chat, 'id' | 'status' | 'customerId' | 'agentId' | 'aboutTaskId'>

/** Locks a support chat for a caller who may see it. Refuses all others with NotFoundError. */
export async function lockSupportChat(
  tx: Tx,
  { chatId, caller }: { chatId: string; caller: Caller },
): Promise<{ chat: LockedSupportChat; role: CallerRole }> {
  const chat = await lockRow(tx, { chatId })
  const role = chat && (await callerRoleIn(tx, chat, caller))
  if (!chat || !role) throw NotFoundError.of('sch', chatId)
  return { chat, role }
}

/**
 * Applies the condition of `chatsVisibleTo` to a row: undefined if the caller may not see the chat. Staff with a conflict of
 * interest have no role in it.
 */
export async function callerRoleIn(database: Statements, chat: Seen, caller: Caller): Promise<CallerRole | undefined> {
  if (chat.customerId === caller.id) return 'customer'
  if (!hasRole(caller, 'AGENT')) return undefined
  const isAgent = chat.agentId === caller.id
  const isAdministrator = hasRole(caller, 'ADMIN')
  if (!isAgent && !isAdministrator && chat.status !== 'QUEUED') return undefined
  if (!(await mayServe(database, { chat, personId: caller.id }))) return undefined
  if (isAgent) return 'agent'
  return isAdministrator ? 'administrator' : 'onlooker'
}
