import type { RuleResult, Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import type { ChatName } from './chatName.ts'
import { moveReadingMark } from './chats.sql.ts'
import { readChatAsParticipant } from './lockChat.ts'

/**
 * Marks a chat as read up to a message. A sequence after the end means the last message, and a mark never moves back. Works in an
 * ended chat, too. Refuses with NotFoundError and ForbiddenError, as `sendMessage` does.
 */
export async function markRead(
  tx: Tx,
  { name, caller, upToSequence }: { name: ChatName; caller: Caller; upToSequence: number },
): Promise<RuleResult<{ chatId: string }>> {
  const marked = { chatId: name.chatId }
  const reader = { userId: caller.id, isAgent: hasRole(caller, 'AGENT') }
  const moved = await moveReadingMark(tx.autocommit(marked), { ...name, ...reader, upToSequence })
  if (moved) return moved
  await readChatAsParticipant(tx, { ...name, caller })
  return marked
}
