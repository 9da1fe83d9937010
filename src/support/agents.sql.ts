import { columnsOf } from '../db/columns.ts'
import type { Agent } from '../db/generated/client.ts'
import type { AgentAvailability } from '../db/generated/enums.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

/** An agent as a rule sees them, locked. */
export type LockedAgent = Agent & {
  /** False once they were suspended, or are no agent any more. */
  mayWork: boolean
}

const AGENT = columnsOf('Agent')
const NAMED_AGENT = columnsOf('Agent', { of: 'agent' })

// No key changes: a chat that refers to the agent meanwhile need not wait. In the order of ids, so that two who hand chats to
// each other do not wait for each other.
export const lockAgents = (tx: Tx, { agentIds }: { agentIds: readonly string[] }) => tx.rows<LockedAgent>`
  /* lockAgents */
  select
    ${NAMED_AGENT},
    person.suspended_at is null and person.roles && '{AGENT,ADMIN}'::role[] as may_work
  from agents agent
  join users person on person.id = agent.id
  where agent.id = any(${agentIds}::uuid[])
  order by agent.id
  for no key update of agent`

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
