/** Loads the ratings of agents, all agents of a request in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../../db/statements.ts'
import type { Rating } from '../../domain/rating.ts'
import { readRatings } from './agents.sql.ts'

export type AgentRatingLoader = DataLoader<string, Rating>

/** Keyed by agent id; covers the chats that the agent had at their end. */
export const makeAgentRatingLoader = (database: Statements): AgentRatingLoader =>
  new DataLoader(async (agentIds) => {
    const rows = await readRatings(database, { agentIds })
    const ratings = new Map(rows.map(({ agentId, average, count }) => [agentId, { average, count }]))
    return agentIds.map((agentId) => ratings.get(agentId) ?? { average: null, count: 0 })
  })
