/**
 * Loaders of the data of tasks that depends on the viewer and that the statement of a root field cannot read. One statement serves all
 * tasks of a batch. Results are not cached, because a later mutation of the same request may change them.
 */
import DataLoader from 'dataloader'
import { readClock } from '../db/clock.ts'
import type { Hold, PrismaClient, Task, TaskApplication, TaskApplicationStatus } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'
import { visibleApplications } from '../visibility/applicationVisibility.ts'
import { type RoleInTask, withRole } from '../visibility/staffRights.ts'
import { visibleTasks } from '../visibility/taskVisibility.ts'
import { countUnfundedAcceptances, readWaitingApplications } from './applications.sql.ts'

// A second application needs a withdrawal, so only abuse makes more than this for one page of tasks.
const OWN_APPLICATIONS_MAX = 5_000

export interface WaitingApplication {
  id: string
  priceMinor: bigint
  currency: string
  isOutdated: boolean
}

interface ApplicationCount {
  taskId: string
  /** Null for any status. */
  status: TaskApplicationStatus[] | null
}

type TaskByRole = Pick<Task, 'id' | 'status'> & RoleInTask

type Loader<Key, Value> = Pick<DataLoader<Key, Value>, 'load'>

export interface TaskLoaders {
  isVisible: Loader<string, boolean>
  /** The rows that decide the rights of the viewer, who is staff, in a task. */
  role: Loader<string, TaskByRole | undefined>
  /** Keeps these rows of a task read with `withRole`, because its events need them next. */
  keepRole(task: TaskByRole): void
  /** The viewer's own applications to a task, newest first. */
  ownApplications: Loader<string, TaskApplication[]>
  /** The number of applications to a task that the viewer may see. */
  applicationCount: Loader<ApplicationCount, number>
  /** A pending application to a task, preferably one that can be accepted. */
  pendingApplication: Loader<string, WaitingApplication | undefined>
  isSuspended: Loader<string, boolean>
  /** The PENDING or HELD hold of a task. */
  liveHold: Loader<string, Hold | undefined>
  /** The number of unfunded tasks that the viewer accepted with `acceptTask`. */
  unfundedCount: Loader<'viewer', number>
  /** True if the viewer has reviewed a task. */
  hasReviewed: Loader<string, boolean>
  /** The clock of the server. */
  now: Loader<'now', Date>
}

/** Creates the loaders of one request. */
export function makeTaskLoaders(database: Statements, prisma: PrismaClient, caller: Caller | null): TaskLoaders {
  const kept = new Map<string, TaskByRole>()
  return {
    isVisible: loader(async (ids) => {
      const rows = await prisma.task.findMany({
        where: { AND: [{ id: { in: ids } }, visibleTasks(caller)] },
        select: { id: true },
      })
      const visible = new Set(rows.map(({ id }) => id))
      return (id) => visible.has(id)
    }),
    role: loader(async (ids) => {
      const select = withRole({ id: true, status: true }, caller)
      const unknownIds = ids.filter((id) => !kept.has(id))
      const where = { id: { in: unknownIds } }
      const rows: TaskByRole[] = unknownIds.length > 0 ? await prisma.task.findMany({ where, select }) : []
      const byId = new Map(rows.map((row) => [row.id, row]))
      return (id) => kept.get(id) ?? byId.get(id)
    }),
    keepRole: (task) => void kept.set(task.id, task),
    ownApplications: loader(async (taskIds) => {
      if (!caller) return () => []
      const rows = await prisma.taskApplication.findMany({
        where: { applicantId: caller.id, taskId: { in: taskIds } },
        orderBy: { id: 'desc' },
        take: OWN_APPLICATIONS_MAX,
      })
      return (taskId) => rows.filter((row) => row.taskId === taskId)
    }),
    applicationCount: loader(async (keys) => {
      const rows = await prisma.taskApplication.groupBy({
        by: ['taskId', 'status'],
        where: { taskId: { in: keys.map(({ taskId }) => taskId) }, AND: [visibleApplications(caller)] },
        _count: true,
      })
      return ({ taskId, status }) =>
        rows
          .filter((row) => row.taskId === taskId && (status?.includes(row.status) ?? true))
          .reduce((sum, row) => sum + row._count, 0)
    }),
    pendingApplication: loader(async (taskIds) => {
      const rows = await readWaitingApplications(database, { taskIds })
      const byTask = new Map(rows.map((row) => [row.taskId, row]))
      return (taskId) => byTask.get(taskId)
    }),
    isSuspended: loader(async (ids) => {
      const rows = await prisma.user.findMany({
        where: { id: { in: ids }, suspendedAt: { not: null } },
        select: { id: true },
      })
      const suspended = new Set(rows.map(({ id }) => id))
      return (id) => suspended.has(id)
    }),
    liveHold: loader(async (taskIds) => {
      const rows = await prisma.hold.findMany({
        where: { taskId: { in: taskIds }, status: { in: ['PENDING', 'HELD'] }, supersededAt: null },
      })
      const byTask = new Map(rows.map((row) => [row.taskId, row]))
      return (taskId) => byTask.get(taskId)
    }),
    unfundedCount: loader(async () => {
      const count = caller ? await countUnfundedAcceptances(database, { taskerId: caller.id }) : 0
      return () => count
    }),
    hasReviewed: loader(async (taskIds) => {
      if (!caller) return () => false
      const rows = await prisma.review.findMany({
        where: { authorId: caller.id, taskId: { in: taskIds } },
        select: { taskId: true },
      })
      const reviewed = new Set(rows.map(({ taskId }) => taskId))
      return (taskId) => reviewed.has(taskId)
    }),
    now: loader(async () => {
      const now = await readClock(database)
      return () => now
    }),
  }
}

/** Returns a loader that creates its DataLoader on the first load, because most requests use none. */
function loader<Key, Value>(load: (keys: Key[]) => Promise<(key: Key) => Value>): Loader<Key, Value> {
  let dataLoader: DataLoader<Key, Value> | undefined
  return {
    load(key) {
      dataLoader ??= new DataLoader<Key, Value>(async (keys) => keys.map(await load([...keys])), { cache: false })
      return dataLoader.load(key)
    },
  }
}
