import { appendMessage } from '../chats/appendMessage.ts'
import { readClock } from '../db/clock.ts'
import { newId, type PublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { recordChatEvent } from '../events/recordEvent.ts'
import { attachFiles } from '../files/attachFiles.ts'
import { addTopic, type Topic } from './addTopic.ts'
import { findTopic } from './findTopic.ts'
import { giveWaitingChats } from './queue/giveToAgent.ts'
import { insertSupportChat, lockOpenChat } from './supportChats.sql.ts'
import { admitSupportMessage } from './supportMessage.ts'

// An attempt fails if the customer's open chat ends before it is locked; a third failure in a row is a bug, not bad luck.
const ATTEMPTS_MAX = 3

interface About {
  topic: Topic | undefined
  /** The field of the input that names the topic. */
  field: string
}

interface SupportRequest {
  caller: Caller
  subject: string | undefined
  message: string
  attachmentIds: readonly PublicId[]
}

/**
 * Opens a support chat: it is assigned to an agent with free capacity, or waits in the queue. If the customer has an open chat, the
 * message is appended to that one, and the topic is added to it.
 * Refuses with NotFoundError a topic that they may not see, and with ValidationError a topic beyond TOPICS_MAX.
 */
export async function startSupportChat(
  tx: Tx,
  request: SupportRequest & {
    /** The public id of the topic. */
    aboutId: PublicId | undefined
  },
): Promise<{ chatId: string }> {
  return startSupportChatAbout(tx, request, { topic: await findTopic(tx, request), field: 'aboutId' })
}

/**
 * `startSupportChat` about something that the caller is known to see, and that is locked with its task. Refuses with ValidationError a
 * topic beyond TOPICS_MAX, and a dispute beyond TOPICS_WITH_DISPUTES_MAX.
 */
export async function startSupportChatAbout(
  tx: Tx,
  request: SupportRequest,
  about: About,
): Promise<{ chatId: string }> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const chatId = (await openChat(tx, request, about)) ?? (await continueChat(tx, request, about))
    if (chatId) return { chatId }
  }
  throw new Error(`The open chat of the customer ended before it could be locked, ${ATTEMPTS_MAX} times in a row.`)
}

/** Returns undefined if the customer has an open chat. */
async function openChat(tx: Tx, request: SupportRequest, { topic }: About): Promise<string | undefined> {
  const { caller, subject } = request
  const at = await readClock(tx)
  const chat = await insertSupportChat(tx, {
    id: newId(),
    customerId: caller.id,
    subject: subject ?? null,
    aboutTaskId: topic?.taskId ?? null,
    aboutTransferId: topic?.transferId ?? null,
    aboutDisputeId: topic?.disputeId ?? null,
    at,
  })
  if (!chat) return undefined
  await recordChatEvent(tx, {
    type: 'chat.queued',
    chatId: chat.id,
    taskId: null,
    at,
    actorId: caller.id,
    recipientIds: [caller.id],
  })
  await appendRequest(tx, request, { chatId: chat.id, at })
  await giveWaitingChats(tx, { agentId: null, limit: 1 })
  return chat.id
}

/** Returns undefined if the open chat has ended since. */
async function continueChat(tx: Tx, request: SupportRequest, { topic, field }: About): Promise<string | undefined> {
  const { caller } = request
  const chat = await lockOpenChat(tx, { customerId: caller.id })
  if (!chat) return undefined
  await admitSupportMessage(tx, { chat, caller, at: chat.now })
  if (topic) await addTopic(tx, { chat, topic, field })
  await appendRequest(tx, request, { chatId: chat.id, at: chat.now })
  return chat.id
}

async function appendRequest(
  tx: Tx,
  { caller, message, attachmentIds }: SupportRequest,
  { chatId, at }: { chatId: string; at: Date },
): Promise<void> {
  const messageId = await appendMessage(tx, { chatId, authorId: caller.id, body: message, at })
  await attachFiles(tx, { ids: attachmentIds, uploaderId: caller.id, to: { messageId } })
}
