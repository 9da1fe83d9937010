import { recordAudit } from '../audit/audit.ts'
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { ForbiddenError } from '../domain/errors.ts'
import { lockSupportChat } from './lockSupportChat.ts'
import { insertNote } from './supportChats.sql.ts'

/**
 * Adds an internal note of staff who may see the chat, also after its end. Records no event, so the customer learns nothing of it.
 * Refuses with NotFoundError, and an agent who is the customer with ForbiddenError.
 */
export async function addNote(
  tx: Tx,
  { chatId, body, caller, requestId }: { chatId: string; body: string; caller: Caller; requestId?: string },
): Promise<{ noteId: string }> {
  const { chat, role } = await lockSupportChat(tx, { chatId, caller })
  if (role === 'customer')
    throw new ForbiddenError('Notes are for customer service only. Write to the agent with sendMessage.')
  const noteId = newId()
  await insertNote(tx, { id: noteId, chatId, authorId: caller.id, body, at: chat.now })
  const subject = { prefix: 'sch', id: chatId } as const
  await recordAudit(tx, { at: chat.now, actorId: caller.id, action: 'support_chat.note_added', subject, requestId })
  return { noteId }
}
