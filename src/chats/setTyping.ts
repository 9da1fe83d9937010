import type { Signals } from '../cache/signals.ts'
import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'
import type { ChatName } from './chatName.ts'
import { endOf, readChatAsParticipant } from './lockChat.ts'
import { publishTyping, TypingSignal } from './typing.ts'

/**
 * Tells those who watch a chat that one who takes part in it types, or has stopped. Nothing is stored. In a chat that has ended
 * nobody is told, as nobody can send what is typed. Refuses with NotFoundError and ForbiddenError, as sending does.
 */
export async function setTyping(
  { database, signals }: { database: Statements; signals: Signals },
  { name, caller, typing }: { name: ChatName; caller: Caller; typing: boolean },
): Promise<{ ok: true }> {
  const chat = await readChatAsParticipant(database, { ...name, caller })
  if (!endOf(chat)) {
    publishTyping(signals, new TypingSignal({ chatId: chat.id, userId: caller.id, typing, at: chat.now }))
  }
  return { ok: true }
}
