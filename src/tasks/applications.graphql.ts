/** Applications as clients read them: the poster all of a task's, an applicant their own, FINANCE and ADMIN every one. */
import type { Prisma } from '../db/generated/client.ts'
import type { TaskApplicationStatus } from '../db/generated/enums.ts'
import type { Caller } from '../domain/caller.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyType } from '../graphql/commonTypes.ts'
import { isStaff } from './taskVisibility.ts'

export const TaskApplicationStatusEnum = builder.enumType('TaskApplicationStatus', {
  description: 'What became of an application.',
  values: {
    PENDING: { description: 'The poster has not decided.' },
    ACCEPTED: { description: 'The applicant has the task.' },
    REJECTED: { description: 'The poster said no; one cannot apply to this task again.' },
    WITHDRAWN: { description: 'The applicant took it back; they may apply again while the task is open.' },
    CLOSED: { description: 'Somebody else was accepted, or the task ended. It is PENDING again if the task re-opens.' },
  } satisfies Record<TaskApplicationStatus, object>,
})

export const TaskApplicationType = builder.prismaNode('TaskApplication', {
  id: { field: 'id', description: 'The id, e.g. `app_...`.' },
  nullable: true,
  description: 'An offer to do a task, at a price.',
  findUnique: (id, { caller }) => ({ id, AND: [visibleApplications(caller)] }),
  select: { id: true },
  fields: (t) => ({
    version: t.exposeInt('version', {
      description: 'Rises by one with each change. Send it back as `expectedVersion`.',
    }),
    task: t.relation('task', { description: 'What it is for.' }),
    applicant: t.relation('applicant', { description: 'Who applies.' }),
    status: t.expose('status', { type: TaskApplicationStatusEnum, description: 'What became of it.' }),
    message: t.exposeString('message', { nullable: true, description: 'What the applicant says to the poster.' }),
    price: t.field({
      type: MoneyType,
      description: 'What the applicant asks.',
      select: { priceMinor: true, currency: true },
      resolve: ({ priceMinor, currency }) => ({ minorUnits: priceMinor, currencyCode: currency }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    arrivalNumber: t.exposeInt('arrivalNumber', {
      description: 'Its place in the order of arrival at the task, from 1: fixed by the order of commits.',
    }),
  }),
})

/** The applications that `caller` may see. Those of a suspended applicant are hidden while they wait. */
export function visibleApplications(caller: Caller | null): Prisma.TaskApplicationWhereInput {
  if (!caller) return { id: { in: [] } }
  const notHidden = { NOT: { status: 'PENDING', applicant: { suspendedAt: { not: null } } } } as const
  return isStaff(caller) ? {} : { OR: [{ applicantId: caller.id }, { task: { posterId: caller.id }, ...notHidden }] }
}
