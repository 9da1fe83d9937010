import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { ForbiddenError, IllegalTransitionError } from '../domain/errors.ts'
import { recordChatEvent } from '../events/recordEvent.ts'
import { lockAgents } from './agents/agents.sql.ts'
import { lockSupportChat } from './lockSupportChat.ts'
import { setRating } from './supportChats.sql.ts'

const RATING_WINDOW_MS = 7 * 24 * 3_600_000

/**
 * Records the customer's rating: once, within 7 days of the end.
 * Refuses with NotFoundError, ForbiddenError and IllegalTransitionError, in this order.
 */
export async function rateChat(
  tx: Tx,
  { chatId, score, comment, caller }: { chatId: string; score: number; comment: string | undefined; caller: Caller },
): Promise<{ chatId: string }> {
  const { chat, role } = await lockSupportChat(tx, { chatId, caller })
  if (role !== 'customer') throw new ForbiddenError('Only the customer of this chat can rate it.')
  const isInTime = chat.endedAt && chat.now.getTime() < chat.endedAt.getTime() + RATING_WINDOW_MS
  if (!isInTime || chat.ratedAt) throw notRatable(chat)
  // A former agent does not receive the event.
  const [agent] = chat.agentId ? await lockAgents(tx, { agentIds: [chat.agentId] }) : []
  await setRating(tx, { chatId, score, comment, at: chat.now })
  await recordChatEvent(tx, {
    type: 'chat.rated',
    chatId,
    taskId: null,
    at: chat.now,
    actorId: caller.id,
    recipientIds: [chat.customerId, agent?.mayWork ? agent.id : null],
  })
  return { chatId }
}

const notRatable = ({
  status,
  endedAt,
  ratedAt,
}: {
  status: string | null
  endedAt: Date | null
  ratedAt: Date | null
}) =>
  new IllegalTransitionError({
    from: ratedAt ? 'RATED' : (status ?? 'ENDED'),
    action: 'rateChat',
    allowed: endedAt ? [] : ['endChat'],
    message: ratedAt
      ? 'This chat has already been rated. A rating cannot be changed.'
      : endedAt
        ? 'This chat ended more than 7 days ago. It can no longer be rated.'
        : 'This chat has not ended yet. End it, then rate it within 7 days.',
  })
