import { appendSystemMessage } from '../chats/appendMessage.ts'
import { mayServe } from '../chats/mayServe.ts'
import { newId, toPublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { ValidationError } from '../domain/errors.ts'
import { returnChats } from './queue/returnChats.ts'
import { insertNote, type LockedSupportChat } from './supportChats.sql.ts'
import { insertTopic, readTopics } from './topics.sql.ts'

/** More than one conversation can be about. */
export const TOPICS_MAX = 20

/** What somebody asks about; of a transfer, also its task. */
export interface Topic {
  taskId: string
  transferId: string | null
}

/**
 * Makes a locked open chat be about one more thing, and says so to both sides and in a note; what it is about already is not
 * added again. An agent whose own matter the new thing is loses the chat: nobody answers in a matter of their own.
 * Refuses with ValidationError one thing too many.
 */
export async function addTopic(tx: Tx, { chat, topic }: { chat: LockedSupportChat; topic: Topic }): Promise<void> {
  const { id: chatId, agentId, customerId, now: at } = chat
  const { taskId, transferId } = topic
  const topics = await readTopics(tx, { chatId })
  if (topics.some((known) => known.taskId === taskId && known.transferId === transferId)) return
  if (topics.length >= TOPICS_MAX) {
    const message = `The open chat is about ${TOPICS_MAX} things already. End it, then ask again.`
    throw new ValidationError([{ path: ['input', 'aboutId'], message }])
  }
  const added = await insertTopic(tx, { id: newId(), chatId, taskId, transferId, at })
  if (!added) throw new Error('What a chat is about could not be added.')
  // Before the word to both sides, which is then not for this agent.
  if (agentId && !(await mayServe(tx, { chat: { ...chat, aboutTaskId: taskId }, personId: agentId }))) {
    const explanation = 'The agent cannot answer in this matter.'
    await returnChats(tx, { chats: [chat], formerAgentId: null, actorId: null, explanation, at })
  }
  const name = nameOf(topic, added.title)
  const also = topics.length > 0 ? ' also' : ''
  await appendSystemMessage(tx, { chatId, body: `This chat is now${also} about ${name}.`, at })
  const body = `The customer${also} asks about ${name}.`
  await insertNote(tx, { id: newId(), chatId, authorId: customerId, body, at })
}

function nameOf({ taskId, transferId }: Topic, title: string): string {
  if (transferId) return `the transfer ${toPublicId('trf', transferId)} of the task "${title}"`
  return `the task "${title}" (${toPublicId('tsk', taskId)})`
}
