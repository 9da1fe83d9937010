import { appendMessage } from '../chats/appendMessage.ts'
import { readClock } from '../db/clock.ts'
import { newId, type PublicId, parsePublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { NotFoundError } from '../domain/errors.ts'
import { recordChatEvent } from '../events/recordEvent.ts'
import { attachFiles } from '../files/attachFiles.ts'
import { refuseUnlessVisible } from '../tasks/lockTask.ts'
import { findTransfer } from '../transfers/transfers/findTransfer.ts'
import { addTopic, type Topic } from './addTopic.ts'
import { giveWaitingChats } from './queue/giveToAgent.ts'
import { insertSupportChat, lockOpenChat } from './supportChats.sql.ts'
import { admitSupportMessage } from './supportMessage.ts'

// Each time the open chat that was in the way ended before it was locked; a third time is a bug, not bad luck.
const ATTEMPTS_MAX = 3

interface Question {
  caller: Caller
  subject: string | undefined
  /** What it is about, by the id that the client sent. */
  aboutId: PublicId | undefined
  message: string
  attachmentIds: readonly PublicId[]
}

/**
 * A customer asks for help: they wait in the queue, or an agent who has room gets them at once. One who asks again while their
 * chat is open gets it back with the message appended; what they ask about then is added to what it is about.
 * Refuses with NotFoundError what they may not see, and with ValidationError one thing too many.
 */
export async function startSupportChat(tx: Tx, question: Question): Promise<{ chatId: string }> {
  const about = await findAbout(tx, question)
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const chatId = (await openChat(tx, question, about)) ?? (await continueChat(tx, question, about))
    if (chatId) return { chatId }
  }
  throw new Error('The open chat of a customer ended again and again.')
}

async function findAbout(tx: Tx, { aboutId, caller }: Question): Promise<Topic | undefined> {
  if (aboutId === undefined) return undefined
  const parsed = parsePublicId(aboutId)
  if (parsed?.type === 'Transfer') {
    const { taskId } = await findTransfer(tx, { transferId: parsed.uuid, caller })
    return { taskId, transferId: parsed.uuid }
  }
  if (parsed?.type !== 'Task') throw new NotFoundError(aboutId)
  await refuseUnlessVisible(tx, { taskId: parsed.uuid, caller })
  return { taskId: parsed.uuid, transferId: null }
}

/** Gives nothing when the customer has an open chat. */
async function openChat(tx: Tx, question: Question, about: Topic | undefined): Promise<string | undefined> {
  const { caller, subject } = question
  const at = await readClock(tx)
  const chat = await insertSupportChat(tx, {
    id: newId(),
    customerId: caller.id,
    subject: subject ?? null,
    aboutTaskId: about?.taskId ?? null,
    aboutTransferId: about?.transferId ?? null,
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
  await write(tx, question, { chatId: chat.id, at })
  await giveWaitingChats(tx, { agentId: null, limit: 1 })
  return chat.id
}

/** Gives nothing when the open chat has ended meanwhile. */
async function continueChat(tx: Tx, question: Question, about: Topic | undefined): Promise<string | undefined> {
  const { caller } = question
  const chat = await lockOpenChat(tx, { customerId: caller.id })
  if (!chat) return undefined
  await admitSupportMessage(tx, { chat, caller, at: chat.now })
  if (about) await addTopic(tx, { chat, topic: about })
  await write(tx, question, { chatId: chat.id, at: chat.now })
  return chat.id
}

async function write(
  tx: Tx,
  { caller, message, attachmentIds }: Question,
  { chatId, at }: { chatId: string; at: Date },
): Promise<void> {
  const messageId = await appendMessage(tx, { chatId, authorId: caller.id, body: message, at })
  await attachFiles(tx, { ids: attachmentIds, ownerId: caller.id, to: { messageId } })
}
