/**
 * What staff may see of a task by their role, decided when they look: nothing of a task that is their own matter, and as an agent
 * no more than the customer of a support chat about it may. The database says whose matter a task is and what a customer is to it, in
 * the views `task_people` and `agent_task_access`, which the statements of rules read as well.
 */
import type { Prisma, Task } from '../db/generated/client.ts'
import { probedPerRow } from '../db/queryHints.ts'
import { type Caller, hasRole } from '../domain/caller.ts'

/** FINANCE and ADMIN. An agent sees what a chat assigned to them is about, which the chat decides. */
export const isStaff = (caller: Caller | null): boolean => hasRole(caller, 'FINANCE')

/** The tasks that are no matter of their own: the only ones in which the role of `caller` counts. */
export const othersTasks = ({ id }: Caller): Prisma.TaskWhereInput => ({
  people: { none: probedPerRow({ userId: id }) },
})

/** The tasks that are a matter of their own. */
export const ownTasks = ({ id }: Caller): Prisma.TaskWhereInput => ({
  people: { some: probedPerRow({ userId: id }) },
})

/** What the customer of a support chat, which is assigned to this agent now, is to a task that it is about. */
type Standing = 'isPoster' | 'isParty' | 'isVisible'

/** The rights of an agent in tasks whose customer has this standing in them. */
export const accessAs = ({ id }: Caller, standing: Standing): Prisma.AgentTaskAccessWhereInput => ({
  agentId: id,
  [standing]: true,
})

/** The tasks that `caller`, if they are an agent, sees because a customer with this standing has asked about them. */
export const tasksAskedAboutBy = (caller: Caller, standing: Standing): Prisma.TaskWhereInput[] =>
  hasRole(caller, 'AGENT') ? [{ agentAccess: { some: probedPerRow(accessAs(caller, standing)) } }] : []

/** What the role of a viewer makes of a task; absent where the role does not matter. */
export interface RoleInTask {
  people?: readonly { userId: string }[]
  agentAccess?: readonly { customerId: string; isPoster: boolean; isParty: boolean }[]
}

const ROLE_SELECT = {
  people: { select: { userId: true } },
  agentAccess: { select: { customerId: true, isPoster: true, isParty: true } },
} as const satisfies Prisma.TaskSelect

/** Selects `columns` of a task, and of its relations what decides about staff: nothing for everybody else. */
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

/** FINANCE and ADMIN, unless the task is their own matter; a draft is its poster's alone. Of a task read by `withRole`. */
export const seesByRole = (caller: Caller, { status, people }: Pick<Task, 'status'> & RoleInTask): boolean =>
  isStaff(caller) && status !== 'DRAFT' && people?.length === 0

/** As an agent whose customer is a party to the task. Of a task read by `withRole`. */
export const servesParty = ({ agentAccess }: RoleInTask): boolean =>
  agentAccess?.some(({ isParty }) => isParty) ?? false

/** As an agent whose customer may read what is for these people, of whom the poster is always one. */
export const servesReader = ({ agentAccess }: RoleInTask, readerIds: readonly string[]): boolean =>
  agentAccess?.some(({ customerId }) => readerIds.includes(customerId)) ?? false
