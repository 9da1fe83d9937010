/** How agents were rated: all agents of one request in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../../db/statements.ts'
import { readRatings } from './agents.sql.ts'

export interface Rating {
  /** With two digits after the point; null before the first. */
  average: string | null
  count: number
}

export type AgentRatingLoader = DataLoader<string, Rating>

/** Gives what customers made of the chats that an agent had at their end, by the id of the agent. */
export const makeAgentRatingLoader = (database: Statements): AgentRatingLoader =>
  new DataLoader(async (agentIds) => {
    const rows = await readRatings(database, { agentIds })
    const ratings = new Map(rows.map(({ agentId, average, count }) => [agentId, { average, count }]))
    return agentIds.map((agentId) => ratings.get(agentId) ?? { average: null, count: 0 })
  })
