import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

/** A chat that is locked for an agent, and the clock read after the lock. */
export interface NextChat {
  id: string
  customerId: string
  agentId: null
  now: Date
}

// Excludes the agent's own chats and conflicts of interest, and chats of suspended customers, which wait until the customer is
// restored. Skips locked chats, which another transaction is assigning, answering or ending. The chat that was returned last is
// first.
export const lockNextChat = (tx: Tx, { agentId }: { agentId: string }) => tx.row<NextChat>`
  /* lockNextChat */
  with next as materialized (
    select chat.id, chat.customer_id, chat.agent_id
    from chats chat
    join users customer on customer.id = chat.customer_id
    where chat.status = 'QUEUED'
      and customer.suspended_at is null
      and may_serve(chat.id, ${agentId})
    order by chat.at_front desc, chat.returned_at desc nulls last, chat.priority desc, chat.queued_at, chat.id
    limit 1
    for no key update of chat skip locked
  )
  select next.id, next.customer_id, next.agent_id, errand_now() as now
  from next`

// Locks the agent with the fewest chats among those who are ONLINE, have free capacity and could serve a waiting chat; only this
// agent, if `agentId` is set. Chosen before the chat, because one statement for both would lock chats without finding an agent.
export const lockFreeAgent = (tx: Tx, { agentId }: { agentId: string | null }) => tx.row<{ id: string }>`
  /* lockFreeAgent */
  select agent.id
  from agents agent
  join agent_standings() standing on standing.id = agent.id
  where agent.availability = 'ONLINE'
    and agent.active_chats < agent.capacity
    and (${agentId}::uuid is null or agent.id = ${agentId})
    and standing.may_work
    and standing.is_signed_in
    and exists (
      select
      from chats chat
      join users customer on customer.id = chat.customer_id
      where chat.status = 'QUEUED'
        and customer.suspended_at is null
        and may_serve(chat.id, agent.id)
    )
  order by agent.active_chats, agent.id
  limit 1
  for no key update of agent skip locked`

// A queue that no agent can serve is not due; the sweep finds out without a lock.
export const readWaitingSince = (database: Statements) => database.row<{ at: Date | null }>`
  /* readWaitingSince */
  select min(chat.queued_at) as at
  from chats chat
  join users customer on customer.id = chat.customer_id
  where chat.status = 'QUEUED'
    and customer.suspended_at is null
    and exists (
      select
      from agents agent
      join agent_standings() standing on standing.id = agent.id
      where agent.availability = 'ONLINE'
        and agent.active_chats < agent.capacity
        and standing.may_work
        and standing.is_signed_in
        and may_serve(chat.id, agent.id)
    )`

export interface QueuePosition {
  chatId: string
  position: number
  estimatedWaitMs: number | null
  updatedAt: Date
}

// Estimates from the last 20 assignments within an hour of chats that had to wait, measured up to now, so a stalled queue makes the
// estimate longer. Null with fewer than 3 of them, or if no agent at work could serve this chat, because it would be a guess.
// Chats of suspended customers have no position and delay no other chat.
export const readQueuePlaces = (
  database: Statements,
  { chatIds }: { chatIds: readonly string[] },
) => database.rows<QueuePosition>`
  /* readQueuePlaces */
  with clock as materialized (
    select errand_now() as now
  ),
  place as (
    select
      chat.id,
      row_number() over (
        order by chat.at_front desc, chat.returned_at desc nulls last, chat.priority desc, chat.queued_at, chat.id
      ) as position
    from chats chat
    join users customer on customer.id = chat.customer_id
    where chat.status = 'QUEUED'
      and customer.suspended_at is null
  ),
  recent as (
    select chat.assigned_at
    from chats chat
    where chat.assigned_at > (select now - interval '1 hour' from clock)
      and chat.assigned_at > chat.queued_at
    order by chat.assigned_at desc
    limit 20
  ),
  pace as (
    select count(*) as assignments, min(assigned_at) as since
    from recent
  )
  select
    place.id as chat_id,
    place.position::integer as position,
    case
      when pace.assignments >= 3 and exists (
        select
        from agents agent
        join agent_standings() standing on standing.id = agent.id
        where agent.availability <> 'OFFLINE'
          and standing.may_work
          and standing.is_signed_in
          and may_serve(place.id, agent.id)
      )
      then (extract(epoch from clock.now - pace.since) * 1000 / pace.assignments * place.position)::float8
    end as estimated_wait_ms,
    clock.now as updated_at
  from place
  cross join pace
  cross join clock
  where place.id = any(${chatIds}::uuid[])`
