import { appendSystemMessage } from '../chats/appendMessage.ts'
import { mayServe } from '../chats/mayServe.ts'
import { newId, toPublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { ValidationError } from '../domain/errors.ts'
import { returnChats } from './queue/returnChats.ts'
import { insertNote, type LockedSupportChat } from './supportChats.sql.ts'
import { insertTopic, readTopics } from './topics.sql.ts'

/** The topics that a customer can ask about: more than one conversation can cover. */
export const TOPICS_MAX = 20
/**
 * All topics of a chat. A dispute freezes money, so it must not wait until the customer has ended a chat: disputes are added beyond the
 * twenty.
 */
export const TOPICS_WITH_DISPUTES_MAX = 100

/** A task, transfer or dispute that a support chat is about; transfers and disputes come with their task. */
export interface Topic {
  taskId: string
  transferId: string | null
  disputeId: string | null
}

/**
 * Adds a topic to a locked open chat, with a system message and a note; does nothing if the chat has the topic already. An agent
 * with a conflict of interest in the new topic loses the chat. Refuses with ValidationError beyond TOPICS_MAX, and a dispute beyond
 * TOPICS_WITH_DISPUTES_MAX; `field` of the input
 * names the topic.
 */
export async function addTopic(
  tx: Tx,
  { chat, topic, field }: { chat: LockedSupportChat; topic: Topic; field: string },
): Promise<void> {
  const { id: chatId, agentId, customerId, now: at } = chat
  const { taskId } = topic
  const topics = await readTopics(tx, { chatId })
  if (topics.some((existing) => isSame(existing, topic))) return
  const topicsMax = topic.disputeId ? TOPICS_WITH_DISPUTES_MAX : TOPICS_MAX
  if (topics.length >= topicsMax) {
    const message = `Your open support chat already has ${topicsMax} topics. End it with endChat, then send this request again.`
    throw new ValidationError([{ path: ['input', field], message }])
  }
  const added = await insertTopic(tx, { id: newId(), chatId, ...topic, at })
  if (!added) throw new Error('The topic was not inserted.')
  // Before the system message, which this agent must not read.
  if (agentId && !(await mayServe(tx, { chat: { ...chat, aboutTaskId: taskId }, personId: agentId }))) {
    const explanation = 'The agent cannot help with this topic.'
    await returnChats(tx, { chats: [chat], formerAgentId: null, actorId: null, explanation, at })
  }
  const name = describe(topic, added.title)
  const also = topics.length > 0 ? ' also' : ''
  await appendSystemMessage(tx, { chatId, body: `This chat is now${also} about ${name}.`, at })
  const body = `The customer${also} asks about ${name}.`
  await insertNote(tx, { id: newId(), chatId, authorId: customerId, body, at })
}

const isSame = (one: Topic, other: Topic): boolean =>
  one.taskId === other.taskId && one.transferId === other.transferId && one.disputeId === other.disputeId

function describe({ taskId, transferId, disputeId }: Topic, title: string): string {
  if (disputeId) return `the dispute ${toPublicId('dsp', disputeId)} about the task "${title}"`
  if (transferId) return `the transfer ${toPublicId('trf', transferId)} of the task "${title}"`
  return `the task "${title}" (${toPublicId('tsk', taskId)})`
}
