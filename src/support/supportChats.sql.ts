import { columnsOf } from '../db/columns.ts'
import type { Chat } from '../db/generated/client.ts'
import type { ChatEndReason } from '../db/generated/enums.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

/** A locked support chat, as rules read it, and the clock read after the lock. */
export type LockedSupportChat = Chat & {
  customerId: string
  now: Date
}

interface Change {
  chatId: string
  at: Date
}

const CHAT = columnsOf('Chat')
const LOCKED_CHAT = columnsOf('Chat', { of: 'chat' })

// Waits for a concurrent insert for the same customer; returns no row if the customer has an open chat.
export const insertSupportChat = (
  tx: Tx,
  chat: Pick<Chat, 'id' | 'customerId' | 'subject' | 'aboutTaskId' | 'aboutTransferId' | 'aboutDisputeId'> & {
    at: Date
  },
) => tx.row<{ id: string }>`
  /* insertSupportChat */
  with chat as (
    insert into chats (
      id, kind, status, customer_id, subject, about_task_id, about_transfer_id, about_dispute_id, created_at, queued_at
    )
    values (
      ${chat.id}, 'SUPPORT', 'QUEUED', ${chat.customerId}, ${chat.subject}, ${chat.aboutTaskId},
      ${chat.aboutTransferId}, ${chat.aboutDisputeId}, ${chat.at}, ${chat.at}
    )
    on conflict (customer_id) where status in ('QUEUED', 'ASSIGNED') do nothing
    returning id, customer_id
  ),
  participant as (
    insert into chat_participants (chat_id, user_id, role)
    select id, customer_id, 'CUSTOMER'
    from chat
  )
  select id
  from chat`

// The clock is read outside the materialized lock, so after the lock is acquired and not while the statement waits for it.
export const lockSupportChat = (tx: Tx, { chatId }: { chatId: string }) => tx.row<LockedSupportChat>`
  /* lockSupportChat */
  with chat as materialized (
    select ${CHAT}
    from chats
    where id = ${chatId}
      and kind = 'SUPPORT'
    for no key update
  )
  select ${LOCKED_CHAT}, errand_now() as now
  from chat`

export const lockSupportChatUnlessHeld = (tx: Tx, { chatId }: { chatId: string }) => tx.row<LockedSupportChat>`
  /* lockSupportChatUnlessHeld */
  with chat as materialized (
    select ${CHAT}
    from chats
    where id = ${chatId}
      and kind = 'SUPPORT'
    for no key update skip locked
  )
  select ${LOCKED_CHAT}, errand_now() as now
  from chat`

// In the order of ids, so that two transactions that lock chats of the same agent do not deadlock.
export const lockChatsOfAgent = (tx: Tx, { agentId }: { agentId: string }) => tx.rows<{
  id: string
  customerId: string
}>`
  /* lockChatsOfAgent */
  select id, customer_id
  from chats
  where agent_id = ${agentId}
    and status = 'ASSIGNED'
  order by id
  for no key update`

export const lockOpenChat = (tx: Tx, { customerId }: { customerId: string }) => tx.row<LockedSupportChat>`
  /* lockOpenChat */
  with chat as materialized (
    select ${CHAT}
    from chats
    where customer_id = ${customerId}
      and status in ('QUEUED', 'ASSIGNED')
    for no key update
  )
  select ${LOCKED_CHAT}, errand_now() as now
  from chat`

/** Assigned chats in which their agent has acquired a conflict of interest. */
export const readOwnMatters = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* readOwnMatters */
  select chat.id
  from agents agent
  join chats chat on chat.agent_id = agent.id
    and chat.status = 'ASSIGNED'
  where agent.active_chats > 0
    and not may_serve(chat.id, agent.id)
  limit ${limit}`

// Keeps which side has to answer, but restarts the silence of the agent at the assignment.
export const setAssigned = (tx: Tx, { chatId, agentId, at }: Change & { agentId: string }) => tx.run`
  /* setAssigned */
  with chat as (
    update chats
    set
      status = 'ASSIGNED',
      agent_id = ${agentId},
      assigned_at = ${at},
      agent_silent_since = case when customer_silent_since is null then ${at}::timestamptz end
    where id = ${chatId}
    returning id, agent_id
  ),
  gone as (
    delete from chat_participants
    using chat
    where chat_participants.chat_id = chat.id
      and chat_participants.role = 'AGENT'
      and chat_participants.user_id <> chat.agent_id
  )
  insert into chat_participants (chat_id, user_id, role)
  select id, agent_id, 'AGENT'
  from chat
  on conflict do nothing`

// Removes the agent from the participants, so the chat is in none of their lists and counts.
export const setReturned = (tx: Tx, { chatIds, at }: { chatIds: readonly string[]; at: Date }) => tx.run`
  /* setReturned */
  with chat as (
    update chats
    set
      status = 'QUEUED',
      at_front = true,
      returned_at = ${at},
      long_wait_told_at = null,
      agent_id = null,
      assigned_at = null,
      agent_silent_since = null,
      customer_silent_since = null,
      customer_warned_at = null
    where id = any(${chatIds}::uuid[])
    returning id
  )
  delete from chat_participants
  using chat
  where chat_participants.chat_id = chat.id
    and chat_participants.role = 'AGENT'`

export const setSupportChatEnded = (tx: Tx, { chatId, reason, at }: Change & { reason: ChatEndReason }) => tx.run`
  /* setSupportChatEnded */
  update chats
  set
    status = 'ENDED',
    end_reason = ${reason},
    ended_at = ${at},
    agent_silent_since = null,
    customer_silent_since = null,
    customer_warned_at = null
  where id = ${chatId}`

// The other side now has to answer. An agent is silent since the first unanswered message, so that further messages of the customer
// do not extend the wait. A customer is silent since the last message of the agent.
export const setSilentSide = (tx: Tx, { chatId, side, at }: Change & { side: 'AGENT' | 'CUSTOMER' }) => tx.run`
  /* setSilentSide */
  update chats
  set
    agent_silent_since = case when ${side} = 'AGENT' then coalesce(agent_silent_since, ${at}::timestamptz) end,
    customer_silent_since = case when ${side} = 'CUSTOMER' then ${at}::timestamptz end,
    customer_warned_at = null
  where id = ${chatId}
    and status = 'ASSIGNED'`

export const setLongWaitTold = (tx: Tx, { chatId, at }: Change) => tx.run`
  /* setLongWaitTold */
  update chats
  set long_wait_told_at = ${at}
  where id = ${chatId}`

export const setWarned = (tx: Tx, { chatId, at }: Change) => tx.run`
  /* setWarned */
  update chats
  set customer_warned_at = ${at}
  where id = ${chatId}`

export const setRating = (
  tx: Tx,
  { chatId, score, comment, at }: Change & { score: number; comment: string | undefined },
) => tx.run`
  /* setRating */
  update chats
  set
    rating_score = ${score},
    rating_comment = ${comment ?? null},
    rated_at = ${at}
  where id = ${chatId}`

export const insertNote = (tx: Tx, note: Change & { id: string; authorId: string; body: string }) => tx.run`
  /* insertNote */
  insert into notes (id, chat_id, author_id, body, created_at)
  values (${note.id}, ${note.chatId}, ${note.authorId}, ${note.body}, ${note.at})`
