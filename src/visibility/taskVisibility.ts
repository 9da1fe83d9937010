/**
 * Who sees what of a task. Three circles: the public part, for whoever reaches it through something of their own; the task,
 * for whom `task(id)` finds it; and what passes between the parties, for the poster, the assignee and staff.
 * Each is said as a condition for the database, or as a predicate over a row that was read already.
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

/** The columns by which it is decided whether a task may be found, once it is known which were: every task that is read has them. */
export const TASK_SELECT = { id: true, posterId: true } as const satisfies Prisma.TaskSelect

const PARTY_SELECT = { ...TASK_SELECT, status: true, assigneeId: true } as const satisfies Prisma.TaskSelect

/** What decides whether a viewer is a party to it or staff; for the fields that are for them alone. */
export const partySelect = (caller: Caller | null) => withRole(PARTY_SELECT, caller)

export type TaskKey = Pick<Task, keyof typeof TASK_SELECT>

/** A task that was read by `partySelect` for this viewer. */
export type TaskOfParties = Pick<Task, keyof typeof PARTY_SELECT> & RoleInTask

/** From acceptance on, and after its end, a task is no longer everybody's. */
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
 * The same for a list of tasks in these statuses and modes, or in any mode: alternatives, one a status. Each says only what a
 * task of its status is found by, so that a list in which the viewer may find nothing but their own is read by what is their own.
 */
export function findableTasks(
  caller: Caller | null,
  { statuses, modes }: { statuses: readonly TaskStatus[]; modes: readonly AcceptanceMode[] | undefined },
): Prisma.TaskWhereInput[] {
  const isOffered = modes?.some((mode) => mode !== 'INVITE_ONLY') ?? true
  return [...new Set(statuses)].flatMap<Prisma.TaskWhereInput>((status) => {
    const own = caller ? findableOwn(caller, status) : []
    if (status === 'OPEN' && isOffered) return [{ status, OR: [{ ...OFFERED, ...OF_THE_ACTIVE }, ...own] }]
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
        ? [{ inviteeId: id, ...OF_THE_ACTIVE }]
        : [{ assigneeId: id }, { applications: { some: selective({ applicantId: id }) } }]
  return [{ posterId: id }, ...asParty, ...asAgent]
}

const OFFERED = { acceptanceMode: { not: 'INVITE_ONLY' } } as const
const OF_THE_ACTIVE = { poster: { suspendedAt: null } } as const

const openTasks = (caller: Caller | null): Prisma.TaskWhereInput => ({
  status: 'OPEN',
  ...OF_THE_ACTIVE,
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

// Staff see nothing by their role of their own matters. The poster, the tasker and applicants find the task anyway, so only somebody
// who was invited and did not apply has to be left out here.
const notInvited = ({ id }: Caller) => ({ OR: [{ inviteeId: null }, { inviteeId: { not: id } }] })

// Also a draft or an invitation, if its poster or invitee has asked about it.
const agentTasks = (caller: Caller | null): Prisma.TaskWhereInput[] =>
  caller ? tasksAskedAboutBy(caller, 'isVisible') : []

interface Viewing {
  caller: Caller | null
  loaders: { foundTasks: Set<string>; tasks: { isVisible: { load(taskId: string): Promise<boolean> } } }
}

/** The viewer may find the task, not only its public part through something else. */
export function seesTask({ caller, loaders }: Viewing, task: TaskKey): boolean | Promise<boolean> {
  // Mostly known already, for every task of a page: no promise then.
  return caller?.id === task.posterId || loaders.foundTasks.has(task.id) || loaders.tasks.isVisible.load(task.id)
}

/** Remembers that these tasks were found by `visibleTasks`; gives them as they are. */
export function found<Row extends { id: string } | null>({ loaders }: Viewing, task: Row): Row {
  if (task) loaders.foundTasks.add(task.id)
  return task
}

/** The viewer is the poster, the assignee, or staff: for whom price, money, chat and history are. */
export function isPartyOrStaff(caller: Caller | null, task: TaskOfParties): boolean {
  if (!caller) return false
  if (caller.id === task.posterId || caller.id === task.assigneeId) return true
  return seesByRole(caller, task) || servesParty(task)
}
