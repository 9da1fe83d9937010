import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'

// A tasker who is accepted again gets the chat that they had.
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
