import type { RuleResult, Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import type { ChatReference } from './chatReference.ts'
import { moveReadingMark } from './chats.sql.ts'
import { readChatAsParticipant } from './lockChat.ts'

/**
 * Marks a chat as read up to a message. A sequence after the end means the last message, and a mark never moves back. Works in an
 * ended chat, too. Refuses with NotFoundError and ForbiddenError, as `sendMessage` does.
 */
export async function markRead(
  tx: Tx,
  { reference, caller, upToSequence }: { reference: ChatReference; caller: Caller; upToSequence: number },
): Promise<RuleResult<{ chatId: string }>> {
  const marked = { chatId: reference.chatId }
  const reader = { userId: caller.id, isAgent: hasRole(caller, 'AGENT') }
  const moved = await moveReadingMark(tx.autocommit(marked), { ...reference, ...reader, upToSequence })
  if (moved) return moved
  await readChatAsParticipant(tx, { ...reference, caller })
  return marked
}
