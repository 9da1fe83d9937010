import type { Chat, ChatParticipant } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import type { ChatName } from './chatName.ts'

interface NamedPerson extends ChatName {
  userId: string
  /** They may answer for customer service now. */
  isAgent: boolean
}

/** Somebody whose chats are asked for. */
type Reader = Pick<NamedPerson, 'userId' | 'isAgent'>

/** A chat as a person has it; no role for one who does not take part, or took part by a right that they do not have now. */
export type ChatOfPerson = Pick<
  Chat,
  'id' | 'kind' | 'endedAt' | 'closesAt' | 'lastSequence' | 'status' | 'customerId' | 'agentId' | 'aboutTaskId'
> & {
  role: ChatParticipant['role'] | null
  /** The clock, read after the lock. */
  now: Date
}

export const lockChatOfPerson = (tx: Tx, { chatId, kind, userId, isAgent }: NamedPerson) => tx.row<ChatOfPerson>`
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
    (
      select role
      from chat_participants
      where chat_id = chat.id
        and user_id = ${userId}
        and (role <> 'AGENT' or ${isAgent} and may_serve(chat.id, ${userId}))
    ) as role,
    errand_now() as now
  from chat`

export const readChatOfPerson = (database: Statements, { chatId, kind, userId, isAgent }: NamedPerson) =>
  database.row<ChatOfPerson>`
  /* readChatOfPerson */
  select
    chat.id, chat.kind, chat.ended_at, chat.closes_at, chat.last_sequence, chat.status, chat.customer_id, chat.agent_id,
    chat.about_task_id,
    (
      select role
      from chat_participants
      where chat_id = chat.id
        and user_id = ${userId}
        and (role <> 'AGENT' or ${isAgent} and may_serve(chat.id, ${userId}))
    ) as role,
    errand_now() as now
  from chats chat
  where chat.id = ${chatId}
    and chat.kind = ${kind}`

/** Whether a support chat that is assigned to this agent opens the chat of a task to them. */
export async function isOpenToAgent(
  database: Statements,
  { chatId, userId }: { chatId: string; userId: string },
): Promise<boolean> {
  const count = await database.run`
    /* isOpenToAgent */
    select
    from agent_chat_access
    where chat_id = ${chatId}
      and agent_id = ${userId}
    limit 1`
  return count > 0
}

/** Whether the task of a chat is somebody's own matter, in which no role of theirs counts. */
export async function isOwnTaskChat(
  database: Statements,
  { chatId, userId }: { chatId: string; userId: string },
): Promise<boolean> {
  const count = await database.run`
    /* isOwnTaskChat */
    select
    from chats chat
    join task_people person on person.task_id = chat.task_id
    where chat.id = ${chatId}
      and person.user_id = ${userId}
    limit 1`
  return count > 0
}

/** Whether somebody may answer in a support chat. */
export async function readMayServe(
  database: Statements,
  { chatId, userId }: { chatId: string; userId: string },
): Promise<boolean> {
  const row = await database.row<{ mayServe: boolean }>`
    /* readMayServe */
    select may_serve(${chatId}, ${userId}) as may_serve`
  return row?.mayServe ?? false
}

/**
 * Moves a person's reading mark up to a message, at most to the last, and never back. Gives nothing when they do not take part.
 * Of two at once the second finds what the first has left.
 */
export const moveReadingMark = (
  tx: Statements,
  { chatId, kind, userId, isAgent, upToSequence }: NamedPerson & { upToSequence: number },
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
    and (participant.role <> 'AGENT' or ${isAgent} and may_serve(chat.id, ${userId}))
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
    and (participant.role <> 'AGENT' or ${isAgent} and may_serve(chat.id, ${userId}))`

/** The same for each of these chats; one in which they do not take part is left out. */
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
    and participant.chat_id = any(${chatIds}::uuid[])
    and (participant.role <> 'AGENT' or ${isAgent} and may_serve(chat.id, ${userId}))`
