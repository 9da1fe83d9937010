import type { Signals } from '../cache/signals.ts'
import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'
import type { ChatReference } from './chatReference.ts'
import { endTimeOf, readChatAsParticipant } from './lockChat.ts'
import { publishTyping, TypingSignal } from './typing.ts'

/**
 * Publishes to the subscribers of a chat that a participant is typing, or has stopped. Nothing is stored. In an ended chat nothing
 * is published, because no message can follow. Refuses with NotFoundError and ForbiddenError, as `sendMessage` does.
 */
export async function setTyping(
  { database, signals }: { database: Statements; signals: Signals },
  { reference, caller, typing }: { reference: ChatReference; caller: Caller; typing: boolean },
): Promise<{ ok: true }> {
  const chat = await readChatAsParticipant(database, { ...reference, caller })
  if (!endTimeOf(chat)) {
    publishTyping(signals, new TypingSignal({ chatId: chat.id, userId: caller.id, typing, at: chat.now }))
  }
  return { ok: true }
}
