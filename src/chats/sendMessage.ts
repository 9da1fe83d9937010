import { newId, type PublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { attachFiles, refuseMissingFiles } from '../files/attachFiles.ts'
import { appendAtOnce, appendMessage } from './appendMessage.ts'
import type { ChatName } from './chatName.ts'
import { supportChatRules } from './chatRules.ts'
import type { ChatOfPerson } from './chats.sql.ts'
import { ChatEndedError, StaleChatError } from './errors.ts'
import { endOf, lockChatAsParticipant } from './lockChat.ts'
import { hasNewerByOthers } from './messages.sql.ts'

/**
 * Somebody who takes part in a chat writes a message: it gets the next sequence, and whoever takes part is told.
 * Refuses, in this order: NotFoundError and ForbiddenError for the chat, NotFoundError and ValidationError for what is attached,
 * StaleChatError, ChatEndedError.
 */
export async function sendMessage(
  tx: Tx,
  {
    name,
    caller,
    body,
    attachmentIds,
    lastSeenSequence,
  }: {
    name: ChatName
    caller: Caller
    body: string
    attachmentIds: readonly PublicId[]
    lastSeenSequence: number | undefined
  },
): Promise<{ chatId: string; messageId: string }> {
  const messageId = newId()
  // Nearly every message is one against which nothing speaks; what decides about the others is below.
  const isPlain = name.kind === 'TASK' && attachmentIds.length === 0
  const { chatId } = name
  const authorId = caller.id
  // Field by field: what another is spread into is of no form that the engine knows, and every message comes by here.
  const written = isPlain && (await appendAtOnce(tx, { messageId, chatId, authorId, body, lastSeenSequence }))
  if (written) return written
  const chat = await lockChatAsParticipant(tx, { ...name, caller })
  if (chat.kind === 'SUPPORT') await supportChatRules().admitMessage(tx, { chat, caller, at: chat.now })
  const files = { ids: attachmentIds, ownerId: caller.id, to: { messageId } }
  await refuseMissingFiles(tx, files)
  await refuseIfMissed(tx, { chat, readerId: caller.id, lastSeenSequence })
  const endedAt = endOf(chat)
  if (endedAt) throw new ChatEndedError(endedAt)
  await appendMessage(tx, { messageId, chatId, authorId, body, at: chat.now })
  await attachFiles(tx, files)
  return { chatId: chat.id, messageId }
}

/** A statement of its own, and only where there is something newer: the one that waited for the lock sees no later commits. */
async function refuseIfMissed(
  tx: Tx,
  { chat, readerId, lastSeenSequence }: { chat: ChatOfPerson; readerId: string; lastSeenSequence: number | undefined },
): Promise<void> {
  const { id: chatId, lastSequence } = chat
  if (lastSeenSequence === undefined || lastSeenSequence >= lastSequence) return
  if (!(await hasNewerByOthers(tx, { chatId, sequence: lastSeenSequence, userId: readerId }))) return
  throw new StaleChatError({ chatId, readerId, afterSequence: lastSeenSequence, upToSequence: lastSequence })
}
