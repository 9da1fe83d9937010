/** The way into plugin-prisma's selection mapper, as it is without the reader: what the reader cannot plan is planned by it. */
import { Plan } from '@pothos/selection-mapper'
import type { GraphQLResolveInfo } from 'graphql'
import type { ReadArguments } from '../sql/shapeKey.ts'
import type { Step } from './document.ts'
import type { Selection } from './plannedSelection.ts'

/** What the mapper's entry point takes. */
export interface PlanQuery {
  context: object
  info: GraphQLResolveInfo
  typeName?: string
  path?: (string | Step)[]
  paths?: (string | Step)[][]
  initial?: { select?: Selection; include?: Selection }
}

/** What its callers do with a plan. */
export interface PothosPlan {
  query(): ReadArguments
}

export type PlanFromInfo = (adapter: unknown, asked: PlanQuery) => PothosPlan | undefined

/** Plans by the mapper itself, whoever has taken its place since. */
export const planByMapper: PlanFromInfo = (Plan.fromInfo as unknown as PlanFromInfo).bind(Plan)
