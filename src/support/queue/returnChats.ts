/** Returns chats from an agent to the front of the queue. */
import { appendSystemMessage } from '../../chats/appendMessage.ts'
import type { Tx } from '../../db/transaction.ts'
import { recordChatEvent } from '../../events/recordEvent.ts'
import { setReturned } from '../supportChats.sql.ts'
import { giveWaitingChats } from './giveToAgent.ts'
import { readQueuePlaces } from './queue.sql.ts'

interface ReturnedChats {
  /** All locked, and all assigned to the agent who loses them. */
  chats: readonly { id: string; customerId: string }[]
  /** Receives the events, in addition to the customers; null for an agent who may no longer see the chats. */
  formerAgentId: string | null
  actorId: string | null
  /** The reason, as a sentence for the customers. */
  explanation: string
  at: Date
}

/** Takes chats from their agent, sends each customer their new position, and assigns the chats to agents with free capacity. */
export async function returnChats(
  tx: Tx,
  { chats, formerAgentId, actorId, explanation, at }: ReturnedChats,
): Promise<void> {
  const chatIds = chats.map(({ id }) => id)
  await setReturned(tx, { chatIds, at })
  const positions = await readQueuePlaces(tx, { chatIds })
  for (const { id: chatId, customerId } of chats) {
    await recordChatEvent(tx, {
      type: 'chat.returned',
      chatId,
      taskId: null,
      at,
      actorId,
      recipientIds: [customerId, formerAgentId],
    })
    const position = positions.find((row) => row.chatId === chatId)?.position
    await appendSystemMessage(tx, { chatId, body: `${explanation} ${positionSentence(position)}`, at })
  }
  await giveWaitingChats(tx, { agentId: null, limit: chats.length })
}

// Of several chats that are returned together, only one can be first. The chat of a suspended customer has no position.
function positionSentence(position: number | undefined): string {
  if (position === 1) return 'You are at the front of the queue again.'
  return position === undefined ? 'You are in the queue again.' : `You are number ${position} in the queue.`
}
