/**
 * Rights of staff in a task by their role, checked at each read: none with a conflict of interest, and for an agent no more than the
 * customer of their support chat about the task has. The views `task_people` (people of a task) and `agent_task_access` (rights of
 * agents) define both; the statements of rules read the same views.
 */
import type { Prisma, Task } from '../db/generated/client.ts'
import { probedPerRow } from '../db/queryHints.ts'
import { type Caller, hasRole } from '../domain/caller.ts'

/** True for FINANCE and ADMIN. The rights of an agent depend on the topics of the chats assigned to them. */
export const isStaff = (caller: Caller | null): boolean => hasRole(caller, 'FINANCE')

/** The tasks without a conflict of interest for `caller`: the only ones in which their role counts. */
export const othersTasks = ({ id }: Caller): Prisma.TaskWhereInput => ({
  people: { none: probedPerRow({ userId: id }) },
})

/** The tasks in which `caller` has a conflict of interest. */
export const ownTasks = ({ id }: Caller): Prisma.TaskWhereInput => ({
  people: { some: probedPerRow({ userId: id }) },
})

/** The relation of a customer, whose support chat is assigned to the agent now, to a topic of that chat. */
type Standing = 'isPoster' | 'isParty' | 'isVisible'

/** The rows that grant an agent access by a customer with this standing. */
export const accessAs = ({ id }: Caller, standing: Standing): Prisma.AgentTaskAccessWhereInput => ({
  agentId: id,
  [standing]: true,
})

/** The tasks that `caller`, as an agent, may see because a customer with this standing asked about them; empty for others. */
export const tasksAskedAboutBy = (caller: Caller, standing: Standing): Prisma.TaskWhereInput[] =>
  hasRole(caller, 'AGENT') ? [{ agentAccess: { some: probedPerRow(accessAs(caller, standing)) } }] : []

/** The rows that decide the rights of staff in a task; absent if the viewer is not staff. */
export interface RoleInTask {
  people?: readonly { userId: string }[]
  agentAccess?: readonly { customerId: string; isPoster: boolean; isParty: boolean }[]
}

const ROLE_SELECT = {
  people: { select: { userId: true } },
  agentAccess: { select: { customerId: true, isPoster: true, isParty: true } },
} as const satisfies Prisma.TaskSelect

/** Adds the relations that decide the rights of staff to `columns`, if `caller` is staff. */
export function withRole<Columns extends Prisma.TaskSelect>(
  columns: Columns,
  caller: Caller | null,
): Columns & typeof ROLE_SELECT {
  if (!caller || !hasRole(caller, 'AGENT', 'FINANCE')) return columns as Columns & typeof ROLE_SELECT
  return {
    ...columns,
    people: { where: { userId: caller.id }, ...ROLE_SELECT.people },
    agentAccess: { where: { agentId: caller.id }, ...ROLE_SELECT.agentAccess },
  }
}

/** True for FINANCE and ADMIN without a conflict of interest; never for a draft. Needs a task read with `withRole`. */
export const seesByRole = (caller: Caller, { status, people }: Pick<Task, 'status'> & RoleInTask): boolean =>
  isStaff(caller) && status !== 'DRAFT' && people?.length === 0

/** True for an agent whose customer is a party to the task. Needs a task read with `withRole`. */
export const servesParty = ({ agentAccess }: RoleInTask): boolean =>
  agentAccess?.some(({ isParty }) => isParty) ?? false

/** True for an agent whose customer is one of these readers, who always include the poster. */
export const servesReader = ({ agentAccess }: RoleInTask, readerIds: readonly string[]): boolean =>
  agentAccess?.some(({ customerId }) => readerIds.includes(customerId)) ?? false
