import type { ChatTopic } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

export const readTopics = (database: Statements, { chatId }: { chatId: string }) => database.rows<
  Pick<ChatTopic, 'taskId' | 'transferId'>
>`
  /* readTopics */
  select task_id, transfer_id
  from chat_topics
  where chat_id = ${chatId}`

// The first topic of a chat also becomes its main one.
export const insertTopic = (
  tx: Tx,
  topic: Pick<ChatTopic, 'id' | 'chatId' | 'taskId' | 'transferId'> & { at: Date },
) => tx.row<{ title: string }>`
  /* insertTopic */
  with topic as (
    insert into chat_topics (id, chat_id, task_id, transfer_id, added_at)
    values (${topic.id}, ${topic.chatId}, ${topic.taskId}, ${topic.transferId}, ${topic.at})
    returning chat_id, task_id, transfer_id
  ),
  chat as (
    update chats
    set
      about_task_id = topic.task_id,
      about_transfer_id = topic.transfer_id
    from topic
    where chats.id = topic.chat_id
      and chats.about_task_id is null
  )
  select task.title
  from topic
  join tasks task on task.id = topic.task_id`
