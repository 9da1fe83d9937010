/** Search and sort of task lists, as Prisma conditions and orders. */
import type { AcceptanceMode, Prisma, Task, TaskStatus } from '../db/generated/client.ts'
import { customPlan, disjoint, perViewerConstant } from '../db/queryHints.ts'
import type { Caller } from '../domain/caller.ts'
import { escapeLike, storedFormsOf } from '../domain/searchText.ts'
import { findableTasks, TASK_SELECT, type TaskKey } from '../visibility/taskVisibility.ts'

export interface Circle {
  latitude: string
  longitude: string
  radiusKm: number
}

const EARTH_RADIUS_KM = 6371.0088

/** The length of the chord from the centre to the rim of a circle on the ground, on a sphere of radius one. */
export function chordOf({ radiusKm }: Circle): number {
  return 2 * Math.sin(Math.min(radiusKm / (2 * EARTH_RADIUS_KM), Math.PI / 2))
}

/** A validated search; undefined fields match any task. */
export interface TaskSearch {
  statuses: TaskStatus[]
  /** Folded. */
  words: string[]
  categoryId: string | undefined
  posterId: string | undefined
  currencyCode: string | undefined
  budgetMin: bigint | undefined
  budgetMax: bigint | undefined
  deadlineBefore: Date | undefined
  remote: boolean | undefined
  acceptanceModes: AcceptanceMode[] | undefined
}

/** The condition for the tasks that match and that `caller` may see; undefined if no task can match. */
export function searchedTasks(
  search: TaskSearch,
  { caller, sort }: { caller: Caller | null; sort: TaskSort },
): Prisma.TaskWhereInput | undefined {
  const { currencyCode, budgetMin, budgetMax, deadlineBefore, acceptanceModes, words } = search
  const findable = findableBy(search, caller)
  if (!findable) return undefined
  const conditions: Prisma.TaskWhereInput[] = [findable, ...words.flatMap(storedFormsOf).map(containing)]
  if (search.categoryId !== undefined) conditions.push({ categoryId: search.categoryId })
  if (search.posterId !== undefined) conditions.push({ posterId: search.posterId })
  if (search.remote !== undefined) conditions.push({ remote: search.remote })
  if (acceptanceModes) conditions.push({ acceptanceMode: { in: acceptanceModes } })
  if (deadlineBefore) conditions.push({ deadline: { lt: deadlineBefore } })
  if (currencyCode !== undefined) conditions.push({ currency: currencyCode })
  if (budgetMin !== undefined) conditions.push({ budgetMinor: { gte: budgetMin } })
  if (budgetMax !== undefined) conditions.push({ budgetMinor: { lte: budgetMax } })
  const where: Prisma.TaskWhereInput = { AND: conditions }
  // The best plan depends on the values: frequent ones are found fast in list order, rare ones by their own index.
  const needsCustomPlan =
    words.length > 0 ||
    currencyCode !== undefined ||
    deadlineBefore !== undefined ||
    // Their indexes are ordered newest first only.
    (sort !== 'NEWEST' && (search.categoryId !== undefined || search.posterId !== undefined))
  return needsCustomPlan ? customPlan(where) : where
}

function findableBy(
  { statuses, acceptanceModes }: TaskSearch,
  caller: Caller | null,
): Prisma.TaskWhereInput | undefined {
  if (!acceptanceModes && statuses.length === 1 && statuses[0] === 'OPEN') return findableOpen(caller)
  const findable = findableTasks(caller, { statuses, modes: acceptanceModes })
  return findable.length > 0 ? { OR: disjoint(findable) } : undefined
}

// The condition of nearly every list.
const findableOpen = perViewerConstant<Caller, Prisma.TaskWhereInput>((caller) => ({
  OR: disjoint(findableTasks(caller, { statuses: ['OPEN'], modes: undefined })),
}))

const containing = (word: string): Prisma.TaskWhereInput => ({
  searchText: { contains: escapeLike(word) },
})

export type TaskSort = 'NEWEST' | 'DEADLINE' | 'BUDGET_HIGH' | 'BUDGET_LOW' | 'NEAREST'

/** The columns that a list selects in each sort: those of `seesTask`, and those of the sort key. */
export const LISTED_SELECT = {
  NEWEST: TASK_SELECT,
  NEAREST: TASK_SELECT,
  DEADLINE: { ...TASK_SELECT, deadline: true },
  BUDGET_HIGH: { ...TASK_SELECT, currency: true, budgetMinor: true },
  BUDGET_LOW: { ...TASK_SELECT, currency: true, budgetMinor: true },
} as const satisfies Record<TaskSort, Prisma.TaskSelect>

/** A task with the columns of at least one sort. */
export type ListedTask = TaskKey & Partial<Pick<Task, 'currency' | 'budgetMinor' | 'deadline'>>

/**
 * The sort key of a task in a list. The group keeps currencies apart, because their amounts do not compare. Within a group the lowest
 * rank is first, and among equal ranks the newest task.
 */
export interface TaskSortKey {
  group: string
  rank: number
  id: string
}

/** The sort key of a task. Deadlines rank in milliseconds, a task without one last; budgets are exact up to 2^53 minor units. */
export function sortKeyOf(sort: TaskSort, task: ListedTask): TaskSortKey {
  switch (sort) {
    case 'DEADLINE':
      return { group: '', rank: task.deadline?.getTime() ?? Number.POSITIVE_INFINITY, id: task.id }
    case 'BUDGET_HIGH':
      return { group: task.currency ?? '', rank: -Number(task.budgetMinor), id: task.id }
    case 'BUDGET_LOW':
      return { group: task.currency ?? '', rank: Number(task.budgetMinor), id: task.id }
    default:
      return { group: '', rank: 0, id: task.id }
  }
}

/** The order of a list, or its reverse. NEAREST is not an order of columns: see tasksNear.sql.ts. */
export function orderOf(sort: TaskSort, reversed: boolean): Prisma.TaskOrderByWithRelationInput[] {
  const up = reversed ? 'desc' : 'asc'
  const down = reversed ? 'asc' : 'desc'
  switch (sort) {
    case 'DEADLINE':
      return [{ deadline: { sort: up, nulls: reversed ? 'first' : 'last' } }, { id: down }]
    case 'BUDGET_HIGH':
      return [{ currency: up }, { budgetMinor: down }, { id: down }]
    case 'BUDGET_LOW':
      return [{ currency: up }, { budgetMinor: up }, { id: down }]
    default:
      return [{ id: down }]
  }
}

/**
 * The tasks strictly after a sort key, or strictly before it. It needs no row at that key, so a page skips no task when the last one has
 * moved or was deleted. Each alternative is one index range; as a single condition it would be checked for all rows of the other side.
 */
export function tasksBeyond(sort: TaskSort, sortKey: TaskSortKey, side: 'after' | 'before'): Prisma.TaskWhereInput {
  const isAfter = side === 'after'
  const id = greater(!isAfter, sortKey.id)
  switch (sort) {
    case 'DEADLINE': {
      const deadline = Number.isFinite(sortKey.rank) ? new Date(sortKey.rank) : null
      return { OR: disjoint([{ deadline, id }, ...deadlinesBeyond(deadline, isAfter)]) }
    }
    case 'BUDGET_HIGH':
    case 'BUDGET_LOW': {
      const budgetMinor = BigInt(Math.abs(sortKey.rank))
      const further = greater(isAfter === (sort === 'BUDGET_LOW'), budgetMinor)
      const currency = sortKey.group
      return {
        OR: disjoint<Prisma.TaskWhereInput>([
          { currency, budgetMinor, id },
          { currency, budgetMinor: further },
          { currency: greater(isAfter, currency) },
        ]),
      }
    }
    default:
      return { id }
  }
}

function deadlinesBeyond(deadline: Date | null, isAfter: boolean): Prisma.TaskWhereInput[] {
  if (!deadline) return isAfter ? [] : [{ deadline: { not: null } }]
  return isAfter ? [{ deadline: { gt: deadline } }, { deadline: null }] : [{ deadline: { lt: deadline } }]
}

const greater = <Value>(isGreater: boolean, value: Value) => (isGreater ? { gt: value } : { lt: value })
