/** Shared by the other servers: their settings, and the statement of the write. */
import { fromPublicId } from '../../support/publicIds.ts'

const { DATABASE_URL, PORT } = process.env
if (!DATABASE_URL || !PORT) throw new Error('A contestant is started by the bench.')

export const connectionString: string = DATABASE_URL
export const place = { host: '127.0.0.1', port: Number(PORT) }

/** This server's default. */
export const POOL_MAX = 20

export function idOfTask(id: string): string {
  const uuid = fromPublicId('tsk', id)
  if (!uuid) throw new Error(`${id} is no id of a task.`)
  return uuid
}

/**
 * Writes a message in one statement. Its author is the chat's tasker, as always in the bench, because these servers have no
 * authentication. $1 is the chat, $2 the text, $3 and $4 the new ids.
 */
export const WRITE_STATEMENT = `
  with chat as (
    update chats
    set last_sequence = last_sequence + 1
    where id = $1
      and ended_at is null
    returning id, task_id, tasker_id, last_sequence
  ),
  message as (
    insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
    select $3::uuid, id, last_sequence, 'TEXT', tasker_id, $2::text, errand_now()
    from chat
    returning id, chat_id, sequence, author_id, sent_at
  ),
  event as (
    insert into events (id, kind, type, occurred_at, actor_id, task_id, chat_id, message_id, recipient_ids)
    select
      $4::uuid, 'CHAT', 'chat.message', message.sent_at, message.author_id, chat.task_id, chat.id, message.id,
      array(select user_id from chat_participants where chat_id = chat.id)
    from chat
    join message on message.chat_id = chat.id
  )
  select message.id, sequence, sent_at, author_id, display_name
  from message
  join users on users.id = message.author_id`
