import { newId, type PublicId } from '../db/ids.ts'
import type { RuleResult, Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { attachFiles, refuseMissingFiles } from '../files/attachFiles.ts'
import { appendMessage, tryAppend } from './appendMessage.ts'
import type { ChatReference } from './chatReference.ts'
import { supportChatRules } from './chatRules.ts'
import type { ChatOfPerson } from './chats.sql.ts'
import { ChatEndedError, StaleChatError } from './errors.ts'
import { endTimeOf, lockChatAsParticipant } from './lockChat.ts'
import { hasNewerByOthers } from './messages.sql.ts'

/**
 * Sends a participant's message: it gets the next sequence, and its event is sent to all participants.
 * Refuses, in this order: NotFoundError and ForbiddenError for the chat, NotFoundError and ValidationError for the attachments,
 * StaleChatError, ChatEndedError.
 */
export async function sendMessage(
  tx: Tx,
  {
    reference,
    caller,
    body,
    attachmentIds,
    lastSeenSequence,
  }: {
    reference: ChatReference
    caller: Caller
    body: string
    attachmentIds: readonly PublicId[]
    lastSeenSequence: number | undefined
  },
): Promise<RuleResult<{ chatId: string; messageId: string }>> {
  const messageId = newId()
  // Almost every message is valid, so try the single-statement fast path first.
  const isPlain = reference.kind === 'TASK' && attachmentIds.length === 0
  const { chatId } = reference
  const authorId = caller.id
  // No spread on this hot path: it would give each object its own hidden class.
  const written = isPlain && (await tryAppend(tx, { messageId, chatId, authorId, body, lastSeenSequence }))
  if (written) return written
  const chat = await lockChatAsParticipant(tx, { ...reference, caller })
  if (chat.kind === 'SUPPORT') await supportChatRules().admitMessage(tx, { chat, caller, at: chat.now })
  const files = { ids: attachmentIds, uploaderId: caller.id, to: { messageId } }
  await refuseMissingFiles(tx, files)
  await refuseIfMissed(tx, { chat, readerId: caller.id, lastSeenSequence })
  const endedAt = endTimeOf(chat)
  if (endedAt) throw new ChatEndedError(endedAt)
  await appendMessage(tx, { messageId, chatId, authorId, body, at: chat.now })
  await attachFiles(tx, files)
  return { chatId: chat.id, messageId }
}

/** Runs its own statement, because the one that waited for the lock sees no later commits; and only if there is a newer message. */
async function refuseIfMissed(
  tx: Tx,
  { chat, readerId, lastSeenSequence }: { chat: ChatOfPerson; readerId: string; lastSeenSequence: number | undefined },
): Promise<void> {
  const { id: chatId, lastSequence } = chat
  if (lastSeenSequence === undefined || lastSeenSequence >= lastSequence) return
  if (!(await hasNewerByOthers(tx, { chatId, sequence: lastSeenSequence, userId: readerId }))) return
  throw new StaleChatError({ chatId, readerId, afterSequence: lastSeenSequence, upToSequence: lastSequence })
}
