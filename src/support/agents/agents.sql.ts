import { columnsOf } from '../../db/columns.ts'
import type { Agent } from '../../db/generated/client.ts'
import type { AgentAvailability } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

/** An agent as a rule sees them, locked. */
export type LockedAgent = Agent & {
  /** False once they were suspended, or are no agent any more. */
  mayWork: boolean
  /** False once their last session has ended. */
  isSignedIn: boolean
}

const AGENT = columnsOf('Agent')
const NAMED_AGENT = columnsOf('Agent', { of: 'agent' })

// No key changes: a chat that refers to the agent meanwhile need not wait. In the order of ids, so that two who hand chats to
// each other do not wait for each other.
export const lockAgents = (tx: Tx, { agentIds }: { agentIds: readonly string[] }) => tx.rows<LockedAgent>`
  /* lockAgents */
  with agent as materialized (
    select ${AGENT}
    from agents
    where id = any(${agentIds}::uuid[])
    order by id
    for no key update
  )
  select
    ${NAMED_AGENT},
    standing.may_work,
    standing.is_signed_in
  from agent
  join agent_standings() standing on standing.id = agent.id
  order by agent.id`

// The person before the session and both before the agent: in this order suspension and the loss of a role take them, too.
// A rule that takes something from an agent waits for this lock, and then sees what its holder did.
export const lockOwnStanding = (tx: Tx, { sessionId }: { sessionId: string }) => tx.row<{
  mayWork: boolean
}>`
  /* lockOwnStanding */
  select person.suspended_at is null and person.roles && '{AGENT,ADMIN}'::role[] as may_work
  from users person
  join sessions session on session.user_id = person.id
  where session.id = ${sessionId}
    and session.revoked_at is null
  for share of person
  for share of session`

// The first change makes the agent. What is absent stays as it is.
export const saveAgent = (
  tx: Tx,
  {
    agentId,
    availability,
    capacity,
  }: { agentId: string; availability: AgentAvailability; capacity: number | undefined },
) => tx.row<Agent>`
  /* saveAgent */
  insert into agents (id, availability, capacity)
  values (
    ${agentId}, ${availability},
    coalesce(${capacity ?? null}::integer, 5)
  )
  on conflict (id) do update
  set
    availability = excluded.availability,
    capacity = coalesce(${capacity ?? null}::integer, agents.capacity)
  returning ${AGENT}`

// They seem to be away, so nothing comes to them by itself until they say that they are back.
export const setBusy = (tx: Tx, { agentId }: { agentId: string }) => tx.run`
  /* setBusy */
  update agents
  set availability = 'BUSY'
  where id = ${agentId}
    and availability = 'ONLINE'`

export const setOffline = (tx: Tx, { agentId }: { agentId: string }) => tx.run`
  /* setOffline */
  update agents
  set availability = 'OFFLINE'
  where id = ${agentId}`

/** Those who still count as agents at work, or have chats, and cannot serve customers any more; of these people, if any are given. */
export const readLostAgents = (
  database: Statements,
  { agentId, limit }: { agentId: string | null; limit: number },
) => database.rows<{ id: string }>`
  /* readLostAgents */
  select agent.id
  from agents agent
  join agent_standings() standing on standing.id = agent.id
  where (agent.availability <> 'OFFLINE' or agent.active_chats > 0)
    and not (standing.may_work and standing.is_signed_in)
    and (${agentId}::uuid is null or agent.id = ${agentId})
  order by agent.id
  limit ${limit}`

export const readRatings = (database: Statements, { agentIds }: { agentIds: readonly string[] }) => database.rows<{
  agentId: string
  average: string
  count: number
}>`
  /* readRatings */
  select agent_id, round(avg(rating_score), 2) as average, count(*)::integer as count
  from chats
  where agent_id = any(${agentIds}::uuid[])
    and rating_score is not null
  group by agent_id`
