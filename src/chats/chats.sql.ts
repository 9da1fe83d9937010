import type { Chat, ChatParticipant } from '../db/generated/client.ts'
import type { Statements, Writer } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import type { ChatReference } from './chatReference.ts'

interface PersonInChat extends ChatReference {
  userId: string
  /** They have the role AGENT now. */
  isAgent: boolean
}

/** A person whose chats are read. */
type Reader = Pick<PersonInChat, 'userId' | 'isAgent'>

/** A chat and a person's role in it: null for a non-participant, and for a participant who no longer has the right to it. */
export type ChatOfPerson = Pick<
  Chat,
  'id' | 'kind' | 'endedAt' | 'closesAt' | 'lastSequence' | 'status' | 'customerId' | 'agentId' | 'aboutTaskId'
> & {
  role: ChatParticipant['role'] | null
  /** The clock, read after the lock. */
  now: Date
}

export const lockChatOfPerson = (tx: Tx, { chatId, kind, userId, isAgent }: PersonInChat) => tx.row<ChatOfPerson>`
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

export const readChatOfPerson = (database: Statements, { chatId, kind, userId, isAgent }: PersonInChat) =>
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

/** True if a support chat assigned to this agent gives them access to this task chat. */
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

/** True if the person has a conflict of interest in the task of the chat: then no role of theirs counts. */
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

/** True if the person may answer in this support chat. */
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
 * Moves a person's reading mark forward to a message, at most to the last one, and never back. Touches no row for a
 * non-participant. Of two concurrent moves the second waits and sees the mark of the first.
 */
export const moveReadingMark = <Value>(
  tx: Writer<Value>,
  { chatId, kind, userId, isAgent, upToSequence }: PersonInChat & { upToSequence: number },
) =>
  tx.run`
  /* moveReadingMark */
  update chat_participants participant
  set last_read_sequence = greatest(participant.last_read_sequence, least(${upToSequence}, chat.last_sequence)),
    last_read_at = errand_now()
  from chats chat
  where chat.id = participant.chat_id
    and chat.kind = ${kind}
    and participant.chat_id = ${chatId}
    and participant.user_id = ${userId}
    and (participant.role <> 'AGENT' or ${isAgent} and may_serve(chat.id, ${userId}))`

/**
 * Unread chats and messages of a person, not counting their own messages. Sequences have no gaps, so no messages are counted:
 * a chat with 20,000 unread messages costs as much as one with none.
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

/** Unread messages of a person in each of these chats; chats without their participation are left out. */
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
