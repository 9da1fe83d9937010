import type { Message } from '../db/generated/client.ts'
import type { Statements, Writer } from '../db/statements.ts'

type NewMessage = Pick<Message, 'id' | 'chatId' | 'kind' | 'authorId' | 'body'> & {
  eventId: string
  /** The clock of the rule; null for the clock that the statement reads under the lock. */
  sentAt: Date | null
  /** True if a rule has checked that it may be written. */
  isAdmitted: boolean
  lastSeenSequence: number | null
}

/**
 * Inserts a message with the next sequence of its chat, and its event for the participants at that time. One statement instead of
 * three, because it is the most frequent write. Its update locks the chat and checks the row again under the lock: a message that
 * is not admitted yet is written only to an open task chat, by a participant, and only if nothing follows `lastSeenSequence`.
 */
export const insertMessage = <Value>(tx: Writer<Value>, message: NewMessage) => tx.run`
  /* insertMessage */
  with chat as (
    update chats
    set last_sequence = last_sequence + 1
    where id = ${message.chatId}
      and (
        ${message.isAdmitted}
        or (
          kind = 'TASK'
          and ended_at is null
          and (closes_at is null or closes_at > errand_now())
          and last_sequence <= coalesce(${message.lastSeenSequence}::integer, last_sequence)
          and exists (
            select
            from chat_participants
            where chat_id = ${message.chatId}
              and user_id = ${message.authorId}
          )
        )
      )
    returning id, task_id, last_sequence, coalesce(${message.sentAt}::timestamptz, errand_now()) as now
  ),
  message as (
    insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
    select
      ${message.id}::uuid, id, last_sequence, ${message.kind}::message_kind, ${message.authorId}::uuid,
      ${message.body}::text, now
    from chat
    returning id, chat_id, author_id, sent_at
  )
  insert into events (id, kind, type, occurred_at, actor_id, task_id, chat_id, message_id, recipient_ids)
  select
    ${message.eventId}::uuid, 'CHAT', 'chat.message', message.sent_at, message.author_id, chat.task_id, chat.id, message.id,
    array(select user_id from chat_participants where chat_id = chat.id)
  from chat
  join message on message.chat_id = chat.id`

/** True if another person or the system has written after this message. */
export async function hasNewerByOthers(
  database: Statements,
  { chatId, sequence, userId }: { chatId: string; sequence: number; userId: string },
): Promise<boolean> {
  const count = await database.run`
    /* hasNewerByOthers */
    select
    from messages
    where chat_id = ${chatId}
      and sequence > ${sequence}
      and author_id is distinct from ${userId}
    limit 1`
  return count > 0
}
