import type { Message } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

type NewMessage = Pick<Message, 'id' | 'chatId' | 'kind' | 'authorId' | 'body' | 'sentAt'> & { eventId: string }

/**
 * A message with the next sequence of its chat, and its event for those who take part by now. One statement instead of three:
 * it is the write that comes most often. The chat is locked by it, where it is not already.
 */
export const insertMessage = (tx: Tx, message: NewMessage) => tx.run`
  /* insertMessage */
  with chat as (
    update chats
    set last_sequence = last_sequence + 1
    where id = ${message.chatId}
    returning id, task_id, last_sequence
  ),
  message as (
    insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
    select
      ${message.id}::uuid, id, last_sequence, ${message.kind}::message_kind, ${message.authorId}::uuid,
      ${message.body}::text, ${message.sentAt}::timestamptz
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
