import type { Statements } from '../db/statements.ts'

/** How much waits behind a person's own reading marks, in all their chats. Their own messages do not wait for them. */
export const readUnread = (database: Statements, { userId }: { userId: string }) => database.row<{
  chats: number
  messages: number
}>`
  /* readUnread */
  select
    count(distinct message.chat_id)::integer as chats,
    count(*)::integer as messages
  from chat_participants participant
  join chats chat on chat.id = participant.chat_id
    and chat.last_sequence > participant.last_read_sequence
  join messages message on message.chat_id = participant.chat_id
    and message.sequence > participant.last_read_sequence
    and message.author_id is distinct from participant.user_id
  where participant.user_id = ${userId}`

/** The same for each of these chats; one in which nothing waits, or which is another's, is left out. */
export const readUnreadOfChats = (
  database: Statements,
  { userId, chatIds }: { userId: string; chatIds: readonly string[] },
) => database.rows<{ chatId: string; messages: number }>`
  /* readUnreadOfChats */
  select
    participant.chat_id,
    count(*)::integer as messages
  from chat_participants participant
  join messages message on message.chat_id = participant.chat_id
    and message.sequence > participant.last_read_sequence
    and message.author_id is distinct from participant.user_id
  where participant.user_id = ${userId}
    and participant.chat_id = any(${chatIds}::uuid[])
  group by participant.chat_id`
