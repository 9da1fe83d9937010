/**
 * What the statement of a root field cannot bring of tasks: what is the viewer's own of each. One statement for all tasks that
 * a step of the answer shows, however many. Nothing is kept, since a later mutation of the same request may change it.
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

// One applies again only after withdrawing, so a page of tasks that needs more is somebody's mischief.
const OWN_APPLICATIONS_MAX = 5_000

export interface WaitingApplication {
  id: string
  isOutdated: boolean
}

interface ApplicationCount {
  taskId: string
  /** In one of these, or in any. */
  status: TaskApplicationStatus[] | null
}

type TaskByRole = Pick<Task, 'id' | 'status'> & RoleInTask

type Loader<Key, Value> = Pick<DataLoader<Key, Value>, 'load'>

export interface TaskLoaders {
  isVisible: Loader<string, boolean>
  /** What the role of the viewer, who is staff, makes of a task. */
  role: Loader<string, TaskByRole | undefined>
  /** Remembers it of a task that was read by `withRole`: its events are asked about next. */
  keepRole(task: TaskByRole): void
  /** The viewer's own applications to a task, the newest first. */
  ownApplications: Loader<string, TaskApplication[]>
  /** How many applications to a task the viewer may see. */
  applicationCount: Loader<ApplicationCount, number>
  /** One application that waits for the poster's decision: one that can be accepted, if there is any. */
  pendingApplication: Loader<string, WaitingApplication | undefined>
  /** Whether a person is suspended. */
  isSuspended: Loader<string, boolean>
  /** The hold of a task that is PENDING or HELD. */
  liveHold: Loader<string, Hold | undefined>
  /** How many unfunded tasks the viewer has accepted by themselves. */
  unfundedCount: Loader<'viewer', number>
  /** Our time. */
  now: Loader<'now', Date>
}

/** The loaders of one request. */
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
    now: loader(async () => {
      const now = await readClock(database)
      return () => now
    }),
  }
}

/** A loader whose batch gives, for its keys together, the answer to each. Made when it is first asked: most requests ask none. */
function loader<Key, Value>(load: (keys: Key[]) => Promise<(key: Key) => Value>): Loader<Key, Value> {
  let made: DataLoader<Key, Value> | undefined
  return {
    load(key) {
      made ??= new DataLoader<Key, Value>(async (keys) => keys.map(await load([...keys])), { cache: false })
      return made.load(key)
    },
  }
}
