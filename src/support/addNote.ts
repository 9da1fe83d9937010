import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { ForbiddenError } from '../domain/errors.ts'
import { lockSupportChat } from './lockSupportChat.ts'
import { insertNote } from './supportChats.sql.ts'

/**
 * Staff who see the chat write something down for each other, also after its end. The customer is told nothing of it.
 * Refuses with NotFoundError, and an agent who is the customer with ForbiddenError.
 */
export async function addNote(
  tx: Tx,
  { chatId, body, caller }: { chatId: string; body: string; caller: Caller },
): Promise<{ noteId: string }> {
  const { chat, standing } = await lockSupportChat(tx, { chatId, caller })
  if (standing === 'customer')
    throw new ForbiddenError('Notes are for customer service. Write to the agent by sendMessage.')
  const noteId = newId()
  await insertNote(tx, { id: noteId, chatId, authorId: caller.id, body, at: chat.now })
  return { noteId }
}
