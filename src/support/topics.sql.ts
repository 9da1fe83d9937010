import type { ChatTopic } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

export const readTopics = (database: Statements, { chatId }: { chatId: string }) => database.rows<
  Pick<ChatTopic, 'taskId' | 'transferId' | 'disputeId'>
>`
  /* readTopics */
  select task_id, transfer_id, dispute_id
  from chat_topics
  where chat_id = ${chatId}`

// The first topic of a chat also becomes its main one.
export const insertTopic = (
  tx: Tx,
  topic: Pick<ChatTopic, 'id' | 'chatId' | 'taskId' | 'transferId' | 'disputeId'> & { at: Date },
) => tx.row<{ title: string }>`
  /* insertTopic */
  with topic as (
    insert into chat_topics (id, chat_id, task_id, transfer_id, dispute_id, added_at)
    values (${topic.id}, ${topic.chatId}, ${topic.taskId}, ${topic.transferId}, ${topic.disputeId}, ${topic.at})
    returning chat_id, task_id, transfer_id, dispute_id
  ),
  chat as (
    update chats
    set
      about_task_id = topic.task_id,
      about_transfer_id = topic.transfer_id,
      about_dispute_id = topic.dispute_id
    from topic
    where chats.id = topic.chat_id
      and chats.about_task_id is null
  )
  select task.title
  from topic
  join tasks task on task.id = topic.task_id`

/** The task and the parties of a dispute. They never change, so nothing is locked. */
export const readPartiesOfDispute = (database: Statements, { disputeId }: { disputeId: string }) => database.row<{
  taskId: string
  taskerId: string
  posterId: string
}>`
  /* readPartiesOfDispute */
  select dispute.task_id, dispute.tasker_id, task.poster_id
  from disputes dispute
  join tasks task on task.id = dispute.task_id
  where dispute.id = ${disputeId}`
