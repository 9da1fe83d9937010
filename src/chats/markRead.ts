import type { Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import type { ChatName } from './chatName.ts'
import { moveReadingMark } from './chats.sql.ts'
import { readChatAsParticipant } from './lockChat.ts'

/**
 * Somebody has read a chat up to a message. Beyond the end means the end, and a mark never goes back. A chat that has ended can be
 * read, too. Refuses with NotFoundError and ForbiddenError, as sending does.
 */
export async function markRead(
  tx: Tx,
  { name, caller, upToSequence }: { name: ChatName; caller: Caller; upToSequence: number },
): Promise<{ chatId: string }> {
  const marked = { chatId: name.chatId }
  const reader = { userId: caller.id, isAgent: hasRole(caller, 'AGENT') }
  const moved = await moveReadingMark(tx.autocommit(marked), { ...name, ...reader, upToSequence })
  if (!moved) await readChatAsParticipant(tx, { ...name, caller })
  return marked
}
