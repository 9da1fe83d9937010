import type { Message } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'

type NewMessage = Pick<Message, 'id' | 'chatId' | 'kind' | 'authorId' | 'body'> & {
  eventId: string
  /** The clock of the rule; null for the clock of the statement, once it has the lock. */
  sentAt: Date | null
  /** Whether a rule has found that it may be written. */
  isAdmitted: boolean
  lastSeenSequence: number | null
}

/**
 * A message with the next sequence of its chat, and its event for those who take part by now. One statement instead of three:
 * it is the write that comes most often. Its update locks the chat, and looks again at what it finds then: a message that is not
 * admitted yet is written in the chat of a task only, by one who takes part, while it goes on and nothing new stands in it.
 */
export const insertMessage = (tx: Statements, message: NewMessage) => tx.run`
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

/** Whether somebody other than this person, or the system, has written behind this message. */
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
