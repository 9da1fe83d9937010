/** How a rule gets hold of a chat, as one who takes part in it. */
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { NotFoundError } from '../domain/errors.ts'
import type { ChatName } from './chatName.ts'
import { supportChatRules } from './chatRules.ts'
import { type ChatOfPerson, isOpenToAgent, isOwnTaskChat, lockChatOfPerson, readChatOfPerson } from './chats.sql.ts'
import { notAParticipant } from './errors.ts'

interface Request extends ChatName {
  caller: Caller
}

const personOf = ({ caller }: Request) => ({ userId: caller.id, isAgent: hasRole(caller, 'AGENT') })

/**
 * Locks a chat for one who takes part in it: sequences are drawn, and chats end, under this lock. Refuses with ForbiddenError
 * whoever may only read it, with NotFoundError whoever may not.
 */
export async function lockChatAsParticipant(tx: Tx, request: Request): Promise<ChatOfPerson> {
  const chat = await lockChatOfPerson(tx, { ...request, ...personOf(request) })
  return chat?.role ? chat : refuseOutsider(tx, request, chat)
}

/** The same without a lock, for what changes nothing. */
export async function readChatAsParticipant(database: Statements, request: Request): Promise<ChatOfPerson> {
  const chat = await readChatOfPerson(database, { ...request, ...personOf(request) })
  return chat?.role ? chat : refuseOutsider(database, request, chat)
}

/** The same that `chatsVisibleTo` says to the database: staff read it, unless its task is their own matter. */
async function refuseOutsider(
  database: Statements,
  { id, caller }: Request,
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

/** When a chat ended, or time should have ended it: a timer may come a second late. Null while it goes on. */
export function endOf({ endedAt, closesAt, now }: ChatOfPerson): Date | null {
  return endedAt ?? (closesAt && closesAt <= now ? closesAt : null)
}
