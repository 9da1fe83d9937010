/**
 * Visibility of tasks, in three levels: the public part, for viewers who reach the task through a row of their own; the whole task, for
 * viewers for whom `task(id)` returns it; and the private part, for the poster, the assignee and staff. Each is a query condition, or a
 * predicate on a row.
 */
import type { AcceptanceMode, Prisma, Task } from '../db/generated/client.ts'
import { TaskStatus } from '../db/generated/enums.ts'
import { perViewerConstant, selective } from '../db/queryHints.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import {
  accessAs,
  isStaff,
  type RoleInTask,
  seesByRole,
  servesParty,
  tasksAskedAboutBy,
  withRole,
} from './staffRights.ts'

/** The columns that `seesTask` needs; every read of a task selects them. */
export const TASK_SELECT = { id: true, posterId: true } as const satisfies Prisma.TaskSelect

const PARTY_SELECT = { ...TASK_SELECT, status: true, assigneeId: true } as const satisfies Prisma.TaskSelect

/** The columns and relations that `isPartyOrStaff` needs, for fields of the private part. */
export const partySelect = (caller: Caller | null) => withRole(PARTY_SELECT, caller)

export type TaskKey = Pick<Task, keyof typeof TASK_SELECT>

/** A task read with `partySelect` for this viewer. */
export type TaskOfParties = Pick<Task, keyof typeof PARTY_SELECT> & RoleInTask

/** After acceptance, and after its end, a task is no longer public. */
const STATUSES_AFTER_OPEN: TaskStatus[] = Object.values(TaskStatus).filter(
  (status) => status !== 'DRAFT' && status !== 'OPEN',
)

/** The tasks that `caller` may find. */
export const visibleTasks = perViewerConstant<Caller, Prisma.TaskWhereInput>((caller) => ({
  OR: [
    openTasks(caller),
    ...(caller ? ownTasks(caller) : []),
    ...(caller && isStaff(caller) ? [afterOpen(notInvited(caller))] : agentTasks(caller)),
  ],
}))

/**
 * `visibleTasks` for a list with these statuses and modes (any mode if undefined), as one alternative per status. Each has only the
 * conditions that can match in its status, so a list that can hold only the viewer's own tasks is read by the indexes of these.
 */
export function findableTasks(
  caller: Caller | null,
  { statuses, modes }: { statuses: readonly TaskStatus[]; modes: readonly AcceptanceMode[] | undefined },
): Prisma.TaskWhereInput[] {
  const isOffered = modes?.some((mode) => mode !== 'INVITE_ONLY') ?? true
  return [...new Set(statuses)].flatMap<Prisma.TaskWhereInput>((status) => {
    const own = caller ? findableOwn(caller, status) : []
    if (status === 'OPEN' && isOffered) return [{ status, OR: [{ ...OFFERED, ...BY_ACTIVE_POSTER }, ...own] }]
    if (caller && isStaff(caller) && status !== 'OPEN' && status !== 'DRAFT') {
      return [{ status, OR: [...notInvited(caller).OR, ...own] }]
    }
    return own.length > 0 ? [{ status, OR: own }] : []
  })
}

function findableOwn(caller: Caller, status: TaskStatus): Prisma.TaskWhereInput[] {
  const { id } = caller
  const asAgent =
    !isStaff(caller) && hasRole(caller, 'AGENT')
      ? [{ agentAccess: { some: selective(accessAs(caller, 'isVisible')) } }]
      : []
  const asParty: Prisma.TaskWhereInput[] =
    status === 'DRAFT'
      ? []
      : status === 'OPEN'
        ? [{ inviteeId: id, ...BY_ACTIVE_POSTER }]
        : [{ assigneeId: id }, { applications: { some: selective({ applicantId: id }) } }]
  return [{ posterId: id }, ...asParty, ...asAgent]
}

const OFFERED = { acceptanceMode: { not: 'INVITE_ONLY' } } as const
const BY_ACTIVE_POSTER = { poster: { suspendedAt: null } } as const

const openTasks = (caller: Caller | null): Prisma.TaskWhereInput => ({
  status: 'OPEN',
  ...BY_ACTIVE_POSTER,
  ...(caller ? { OR: [OFFERED, { inviteeId: caller.id }] } : OFFERED),
})

const ownTasks = ({ id }: Caller): Prisma.TaskWhereInput[] => [
  { posterId: id },
  afterOpen({ OR: [{ assigneeId: id }, { applications: { some: { applicantId: id } } }] }),
]

const afterOpen = (condition: Prisma.TaskWhereInput): Prisma.TaskWhereInput => ({
  status: { in: STATUSES_AFTER_OPEN },
  ...condition,
})

// With a conflict of interest the role of staff does not count. Poster, tasker and applicants see the task as such, so this condition has
// to exclude only an invitee who did not apply.
const notInvited = ({ id }: Caller) => ({ OR: [{ inviteeId: null }, { inviteeId: { not: id } }] })

// Includes a draft or an invitation about which its poster or invitee asked customer service.
const agentTasks = (caller: Caller | null): Prisma.TaskWhereInput[] =>
  caller ? tasksAskedAboutBy(caller, 'isVisible') : []

interface Viewing {
  caller: Caller | null
  loaders: { foundTasks: Set<string>; tasks: { isVisible: { load(taskId: string): Promise<boolean> } } }
}

/** True if the viewer may see the whole task, not only its public part. */
export function seesTask({ caller, loaders }: Viewing, task: TaskKey): boolean | Promise<boolean> {
  // No promise in the common case: the query has found all tasks of the page.
  return caller?.id === task.posterId || loaders.foundTasks.has(task.id) || loaders.tasks.isVisible.load(task.id)
}

/** Marks a task as found by `visibleTasks`, and returns it. */
export function markFound<Row extends { id: string } | null>({ loaders }: Viewing, task: Row): Row {
  if (task) loaders.foundTasks.add(task.id)
  return task
}

/** True for the poster, the assignee and staff, who may see price, money, chat and history. */
export function isPartyOrStaff(caller: Caller | null, task: TaskOfParties): boolean {
  if (!caller) return false
  if (caller.id === task.posterId || caller.id === task.assigneeId) return true
  return seesByRole(caller, task) || servesParty(task)
}
