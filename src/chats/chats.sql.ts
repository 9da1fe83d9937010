import type { Chat, ChatParticipant } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import type { ChatName } from './chatName.ts'

interface NamedPerson extends ChatName {
  userId: string
}

/** Somebody whose chats are asked for. */
interface Reader {
  userId: string
  /** Whether they are an agent now; one who was counts in the chats that they have as a person only. */
  isAgent: boolean
}

/** A chat as a person has it; no role for one who does not take part. */
export type ChatOfPerson = Pick<
  Chat,
  'id' | 'kind' | 'endedAt' | 'closesAt' | 'lastSequence' | 'status' | 'customerId' | 'agentId' | 'aboutTaskId'
> & {
  role: ChatParticipant['role'] | null
  /** The clock, read after the lock. */
  now: Date
}

export const lockChatOfPerson = (tx: Tx, { chatId, kind, userId }: NamedPerson) => tx.row<ChatOfPerson>`
  /* lockChatOfPerson */
  with chat as materialized (
    select id, kind, ended_at, closes_at, last_sequence, status, customer_id, agent_id, about_task_id
    from chats
    where id = ${chatId}
      and kind = ${kind}
    for no key update
  )
  select
    chat.id, chat.kind, chat.ended_at, chat.closes_at, chat.last_sequence, chat.status, chat.customer_id, chat.agent_id,
    chat.about_task_id,
    (select role from chat_participants where chat_id = chat.id and user_id = ${userId}) as role,
    errand_now() as now
  from chat`

export const readChatOfPerson = (database: Statements, { chatId, kind, userId }: NamedPerson) =>
  database.row<ChatOfPerson>`
  /* readChatOfPerson */
  select
    chat.id, chat.kind, chat.ended_at, chat.closes_at, chat.last_sequence, chat.status, chat.customer_id, chat.agent_id,
    chat.about_task_id,
    (select role from chat_participants where chat_id = chat.id and user_id = ${userId}) as role,
    errand_now() as now
  from chats chat
  where chat.id = ${chatId}
    and chat.kind = ${kind}`

/** Whether a support chat that is assigned to this agent is about the task of the chat. */
export async function isAskedAbout(
  database: Statements,
  { chatId, userId }: { chatId: string; userId: string },
): Promise<boolean> {
  const count = await database.run`
    /* isAskedAbout */
    select
    from chats chat
    join chat_topics topic on topic.task_id = chat.task_id
    join chats question on question.id = topic.chat_id
    where chat.id = ${chatId}
      and question.agent_id = ${userId}
      and question.status = 'ASSIGNED'`
  return count > 0
}

/** Whether somebody takes part in any chat of the task that this one is about. */
export async function isPartyToTaskOfChat(
  database: Statements,
  { chatId, userId }: { chatId: string; userId: string },
): Promise<boolean> {
  const count = await database.run`
    /* isPartyToTaskOfChat */
    select
    from chats chat
    join chats sibling on sibling.task_id = chat.task_id
    join chat_participants participant on participant.chat_id = sibling.id
    where chat.id = ${chatId}
      and participant.user_id = ${userId}
    limit 1`
  return count > 0
}

/**
 * Moves a person's reading mark up to a message, at most to the last, and never back. Gives nothing when they do not take part.
 * Of two at once the second finds what the first has left.
 */
export const moveReadingMark = (
  tx: Statements,
  { chatId, kind, userId, isAgent, upToSequence }: ChatName & Reader & { upToSequence: number },
) =>
  tx.row<{ chatId: string }>`
  /* moveReadingMark */
  update chat_participants participant
  set last_read_sequence = greatest(participant.last_read_sequence, least(${upToSequence}, chat.last_sequence)),
    last_read_at = errand_now()
  from chats chat
  where chat.id = participant.chat_id
    and chat.kind = ${kind}
    and participant.chat_id = ${chatId}
    and participant.user_id = ${userId}
    and (${isAgent} or participant.role <> 'AGENT')
  returning participant.chat_id`

/**
 * How much waits behind a person's own reading marks, in all their chats. Their own messages do not wait for them. A sequence has
 * no gaps, so nothing is counted: a chat with 20,000 unread messages costs as much as one with none.
 */
export const readUnread = (database: Statements, { userId, isAgent }: Reader) => database.row<{
  chats: number
  messages: number
}>`
  /* readUnread */
  select
    count(*)::integer as chats,
    coalesce(sum(chat.last_sequence - participant.last_read_sequence - participant.unread_own), 0)::integer as messages
  from chat_participants participant
  join chats chat on chat.id = participant.chat_id
    and chat.last_sequence > participant.last_read_sequence + participant.unread_own
  where participant.user_id = ${userId}
    and (${isAgent} or participant.role <> 'AGENT')`

/** The same for each of these chats; one which is another's is left out. */
export const readUnreadOfChats = (
  database: Statements,
  { userId, isAgent, chatIds }: Reader & { chatIds: readonly string[] },
) => database.rows<{ chatId: string; messages: number }>`
  /* readUnreadOfChats */
  select
    participant.chat_id,
    chat.last_sequence - participant.last_read_sequence - participant.unread_own as messages
  from chat_participants participant
  join chats chat on chat.id = participant.chat_id
  where participant.user_id = ${userId}
    and (${isAgent} or participant.role <> 'AGENT')
    and participant.chat_id = any(${chatIds}::uuid[])`
