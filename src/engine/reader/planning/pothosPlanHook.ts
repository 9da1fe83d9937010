/** The entry point of plugin-prisma's selection mapper, which plans the reads that the reader does not support. */
import { originalPlanFromInfo } from '../../pothosPatches.ts'
import type { PlanQuery, ReadArguments } from './planTypes.ts'

/** The part of its result that plugin-prisma uses. */
export interface PothosPlan {
  query(): ReadArguments
}

export type PlanFromInfo = (adapter: unknown, query: PlanQuery) => PothosPlan | undefined

/** Plans by the mapper itself, also after `installPlanner` has replaced its entry point. */
export const planByMapper = originalPlanFromInfo as PlanFromInfo
