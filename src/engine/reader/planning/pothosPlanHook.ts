/** The way into plugin-prisma's selection mapper, as it is without the reader: what the reader cannot plan is planned by it. */
import { Plan } from '@pothos/selection-mapper'
import type { PlanQuery, ReadArguments } from './planTypes.ts'

/** What its callers do with a plan. */
export interface PothosPlan {
  query(): ReadArguments
}

export type PlanFromInfo = (adapter: unknown, asked: PlanQuery) => PothosPlan | undefined

/** Plans by the mapper itself, whoever has taken its place since. */
export const planByMapper: PlanFromInfo = (Plan.fromInfo as unknown as PlanFromInfo).bind(Plan)
