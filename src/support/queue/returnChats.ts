/** How chats that an agent had come back to the front of the queue. */
import { appendSystemMessage } from '../../chats/appendMessage.ts'
import type { Tx } from '../../db/transaction.ts'
import { recordChatEvent } from '../../events/recordEvent.ts'
import { setReturned } from '../supportChats.sql.ts'
import { giveWaitingChats } from './giveToAgent.ts'
import { readQueuePlaces } from './queue.sql.ts'

interface Return {
  /** All of them locked, and with the agent who loses them. */
  chats: readonly { id: string; customerId: string }[]
  /** Who is told that the chats are gone, beside the customers; null for an agent who may not know of them any more. */
  formerAgentId: string | null
  actorId: string | null
  /** Why, as a sentence for the customers. */
  explanation: string
  at: Date
}

/** Takes chats from their agent, tells each customer where they stand now, and gives the chats to other agents who have room. */
export async function returnChats(tx: Tx, { chats, formerAgentId, actorId, explanation, at }: Return): Promise<void> {
  const chatIds = chats.map(({ id }) => id)
  await setReturned(tx, { chatIds, at })
  const places = await readQueuePlaces(tx, { chatIds })
  for (const { id: chatId, customerId } of chats) {
    await recordChatEvent(tx, {
      type: 'chat.returned',
      chatId,
      taskId: null,
      at,
      actorId,
      recipientIds: [customerId, formerAgentId],
    })
    const place = places.find((one) => one.chatId === chatId)
    await appendSystemMessage(tx, { chatId, body: `${explanation} ${sentenceOf(place?.position)}`, at })
  }
  await giveWaitingChats(tx, { agentId: null, limit: chats.length })
}

// Of several that come back at once only one can be the first. The chat of a suspended customer has no place.
function sentenceOf(position: number | undefined): string {
  if (position === 1) return 'You are at the front of the queue again.'
  return position === undefined ? 'You are in the queue again.' : `You are number ${position} in the queue.`
}
