import { newId } from '../db/ids.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

// A tasker who is accepted again gets their former chat back.
export const insertOrReopenTaskChat = (
  tx: Tx,
  { taskId, posterId, taskerId, at }: { taskId: string; posterId: string; taskerId: string; at: Date },
) => tx.row<{ id: string }>`
  /* insertOrReopenTaskChat */
  with chat as (
    insert into chats (id, kind, task_id, tasker_id, created_at)
    values (${newId()}, 'TASK', ${taskId}, ${taskerId}, ${at})
    on conflict (task_id, tasker_id) do update set ended_at = null
    returning id
  ),
  participants as (
    insert into chat_participants (chat_id, user_id, role)
    select chat.id, person.id, person.role
    from chat
    cross join (values (${posterId}::uuid, 'POSTER'::chat_role), (${taskerId}, 'TASKER')) as person (id, role)
    on conflict do nothing
  )
  select id
  from chat`

export const setTaskChatEnded = (
  tx: Tx,
  { taskId, taskerId, at }: { taskId: string; taskerId: string; at: Date },
) => tx.row<{ id: string }>`
  /* setTaskChatEnded */
  update chats
  set ended_at = ${at}
  where task_id = ${taskId}
    and tasker_id = ${taskerId}
    and ended_at is null
  returning id`

export const lockTaskChat = (tx: Tx, { taskId, taskerId }: { taskId: string; taskerId: string }) => tx.row<{
  id: string
}>`
  /* lockTaskChat */
  select id
  from chats
  where task_id = ${taskId}
    and tasker_id = ${taskerId}
    and ended_at is null
  for no key update`

export const setTaskChatClosing = (
  tx: Tx,
  { taskId, taskerId, closesAt }: { taskId: string; taskerId: string; closesAt: Date },
) => tx.row<{ id: string }>`
  /* setTaskChatClosing */
  update chats
  set closes_at = ${closesAt}
  where task_id = ${taskId}
    and tasker_id = ${taskerId}
    and ended_at is null
  returning id`

export const readNextClosing = (database: Statements) => database.row<{ at: Date | null }>`
  /* readNextClosing */
  select min(closes_at) as at
  from chats
  where ended_at is null
    and closes_at is not null`

export const readClosedChats = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* readClosedChats */
  select id
  from chats
  where ended_at is null
    and closes_at <= (select errand_now())
  order by closes_at
  limit ${limit}`

// Skips a locked chat; the next sweep retries it.
export const endClosedChat = (tx: Tx, { chatId }: { chatId: string }) => tx.row<{
  taskId: string | null
  endedAt: Date
  participantIds: string[]
}>`
  /* endClosedChat */
  with chat as materialized (
    select id
    from chats
    where id = ${chatId}
      and ended_at is null
      and closes_at <= errand_now()
    for no key update skip locked
  )
  update chats
  set ended_at = closes_at
  from chat
  where chats.id = chat.id
  returning
    chats.task_id, chats.ended_at,
    array(select user_id from chat_participants where chat_id = chats.id) as participant_ids`
