import { columnsOf } from '../../db/columns.ts'
import type { Agent } from '../../db/generated/client.ts'
import type { AgentAvailability } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

/** A locked agent, as rules read them. */
export type LockedAgent = Agent & {
  /** False if they are suspended or no longer an agent. */
  mayWork: boolean
  /** False after their last session has ended. */
  isSignedIn: boolean
}

const AGENT = columnsOf('Agent')
const NAMED_AGENT = columnsOf('Agent', { of: 'agent' })

// FOR NO KEY UPDATE, so that a concurrent insert of a reference to the agent does not wait. In the order of ids, so that two agents
// who hand chats to each other do not deadlock.
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

// Lock order (src/README.md#lock-order): user, session, agent, as in suspension and in the removal of a role. A rule that takes something from an agent waits
// for this lock and then sees the changes of its holder.
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

// The first call creates the agent. An absent capacity stays unchanged.
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

// The agent seems to be away: no chats are assigned automatically until they set ONLINE again.
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

/** Agents who are not OFFLINE or have chats, but can no longer serve customers; only this agent, if `agentId` is set. */
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
