/** Locks or reads a chat for one of its participants. */
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { NotFoundError } from '../domain/errors.ts'
import type { ChatReference } from './chatReference.ts'
import { supportChatRules } from './chatRules.ts'
import { type ChatOfPerson, isOpenToAgent, isOwnTaskChat, lockChatOfPerson, readChatOfPerson } from './chats.sql.ts'
import { notAParticipant } from './errors.ts'

interface CallerInChat extends ChatReference {
  caller: Caller
}

const personOf = ({ caller }: CallerInChat) => ({ userId: caller.id, isAgent: hasRole(caller, 'AGENT') })

/**
 * Locks a chat for a participant: sequences are assigned, and chats end, under this lock. Refuses with ForbiddenError a caller
 * who may only read the chat, and with NotFoundError everyone else.
 */
export async function lockChatAsParticipant(tx: Tx, request: CallerInChat): Promise<ChatOfPerson> {
  const chat = await lockChatOfPerson(tx, { ...request, ...personOf(request) })
  return chat?.role ? chat : refuseOutsider(tx, request, chat)
}

/** Reads a chat for a participant, without a lock. Refuses as `lockChatAsParticipant` does. */
export async function readChatAsParticipant(database: Statements, request: CallerInChat): Promise<ChatOfPerson> {
  const chat = await readChatOfPerson(database, { ...request, ...personOf(request) })
  return chat?.role ? chat : refuseOutsider(database, request, chat)
}

/** Applies the same condition as `chatsVisibleTo`: staff may read the chat, unless they have a conflict of interest. */
async function refuseOutsider(
  database: Statements,
  { id, caller }: CallerInChat,
  chat: ChatOfPerson | undefined,
): Promise<never> {
  const mayRead = chat && (await readsAsStaff(database, chat, caller))
  throw mayRead ? notAParticipant() : new NotFoundError(id)
}

async function readsAsStaff(database: Statements, chat: ChatOfPerson, caller: Caller): Promise<boolean> {
  if (chat.kind === 'SUPPORT') return supportChatRules().mayRead(database, chat, caller)
  const request = { chatId: chat.id, userId: caller.id }
  const isStaff = hasRole(caller, 'ADMIN') || (hasRole(caller, 'AGENT') && (await isOpenToAgent(database, request)))
  return isStaff && !(await isOwnTaskChat(database, request))
}

/** The time when a chat ended, or was due to end: its timer may run a second late. Null while it is open. */
export function endTimeOf({ endedAt, closesAt, now }: ChatOfPerson): Date | null {
  return endedAt ?? (closesAt && closesAt <= now ? closesAt : null)
}
