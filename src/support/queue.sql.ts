import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

export interface Assignment {
  chatId: string
  customerId: string
  agentId: string
  /** Our time after both are locked. */
  now: Date
}

// Nobody gets their own chat, or one about a task that they are a party to. What others hold is passed over: they assign,
// answer or end it in this moment.
export const lockNextChat = (tx: Tx, { agentId }: { agentId: string }) => tx.row<Assignment>`
  /* lockNextChat */
  with next as materialized (
    select chat.id, chat.customer_id
    from chats chat
    where chat.status = 'QUEUED'
      and chat.customer_id <> ${agentId}
      and not exists (
        select
        from tasks task
        where task.id = chat.about_task_id
          and ${agentId} in (task.poster_id, task.assignee_id)
      )
    order by chat.at_front desc, chat.priority desc, chat.queued_at, chat.id
    limit 1
    for no key update of chat skip locked
  )
  select next.id as chat_id, next.customer_id, ${agentId}::uuid as agent_id, errand_now() as now
  from next`

// The first who waits and of those who may serve them the one with the fewest chats. Of one agent only, when that is given.
export const lockNextAssignment = (tx: Tx, { agentId }: { agentId: string | null }) => tx.row<Assignment>`
  /* lockNextAssignment */
  with pair as materialized (
    select chat.id as chat_id, chat.customer_id, agent.id as agent_id
    from chats chat
    join agents agent on agent.id <> chat.customer_id
    join users person on person.id = agent.id
    where chat.status = 'QUEUED'
      and agent.availability = 'ONLINE'
      and agent.active_chats < agent.capacity
      and (${agentId}::uuid is null or agent.id = ${agentId})
      and person.suspended_at is null
      and person.roles && '{AGENT,ADMIN}'::role[]
      and not exists (
        select
        from tasks task
        where task.id = chat.about_task_id
          and agent.id in (task.poster_id, task.assignee_id)
      )
    order by chat.at_front desc, chat.priority desc, chat.queued_at, chat.id, agent.active_chats, agent.id
    limit 1
    for no key update of agent skip locked
    for no key update of chat skip locked
  )
  select pair.*, errand_now() as now
  from pair`

// A queue that nobody can take from is not due; the sweep need not lock anything to know.
export const readWaitingSince = (database: Statements) => database.row<{ at: Date | null }>`
  /* readWaitingSince */
  select min(chat.queued_at) as at
  from chats chat
  where chat.status = 'QUEUED'
    and exists (
      select
      from agents agent
      join users person on person.id = agent.id
      where agent.availability = 'ONLINE'
        and agent.active_chats < agent.capacity
        and agent.id <> chat.customer_id
        and person.suspended_at is null
        and person.roles && '{AGENT,ADMIN}'::role[]
        and not exists (
          select
          from tasks task
          where task.id = chat.about_task_id
            and agent.id in (task.poster_id, task.assignee_id)
        )
    )`

export interface QueuePlace {
  chatId: string
  position: number
  estimatedWaitMs: number | null
  updatedAt: Date
}

// The pace is that of the last twenty assignments of an hour, of those who had to wait, up to now: a queue that stands still
// makes the estimate longer. With fewer than three of them, or with no agent at work, an estimate would be a guess.
export const readQueuePlaces = (
  database: Statements,
  { chatIds }: { chatIds: readonly string[] },
) => database.rows<QueuePlace>`
  /* readQueuePlaces */
  with clock as materialized (
    select errand_now() as now
  ),
  place as (
    select id, row_number() over (order by at_front desc, priority desc, queued_at, id) as position
    from chats
    where status = 'QUEUED'
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
      when pace.assignments >= 3 and exists (select from agents where availability <> 'OFFLINE')
      then (extract(epoch from clock.now - pace.since) * 1000 / pace.assignments * place.position)::float8
    end as estimated_wait_ms,
    clock.now as updated_at
  from place
  cross join pace
  cross join clock
  where place.id = any(${chatIds}::uuid[])`
