/** Applications as clients read them. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { ViewerType } from '../../accounts/accounts.graphql.ts'
import type { Prisma, TaskApplicationStatus } from '../../db/generated/client.ts'
import { TaskApplicationStatus as ApplicationStatus } from '../../db/generated/enums.ts'
import { inStatuses } from '../../db/queryHints.ts'
import type { Caller } from '../../domain/caller.ts'
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import type { Context } from '../../graphql/context.ts'
import { connectionOf, idCursor, NODE_PATHS, nestedNodes, newestFirst, readPage } from '../../graphql/pagination.ts'
import { visibleApplications } from '../../visibility/applicationVisibility.ts'
import { isStaff, othersTasks } from '../../visibility/staffRights.ts'
import { seesTask } from '../../visibility/taskVisibility.ts'
import { isOutdated } from '../terms.ts'

const TaskApplicationStatusEnum = builder.enumType('TaskApplicationStatus', {
  description: 'What became of an application.',
  values: {
    PENDING: { description: 'The poster has not decided.' },
    ACCEPTED: { description: 'The applicant has the task.' },
    REJECTED: { description: 'The poster said no; one cannot apply to this task again.' },
    WITHDRAWN: { description: 'The applicant took it back; they may apply again while the task is open.' },
    CLOSED: {
      description:
        'Somebody else was accepted or invited, or the task ended. It is PENDING again if the task is for this applicant again.',
    },
  } satisfies Record<TaskApplicationStatus, object>,
})

// What every application is read with: who it is of decides who sees it.
const APPLICATION_SELECT = { id: true, applicantId: true } as const

// No prismaNode, for the reason that Task is none: see there.
const TaskApplicationType = builder.prismaObject('TaskApplication', {
  description: 'An offer to do a task, at a price. For the applicant, the poster and staff.',
  select: APPLICATION_SELECT,
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
    taskVersion: t.exposeInt('taskVersion', {
      description: 'The version of the task that its applicant last agreed to.',
    }),
    outdated: t.boolean({
      description:
        'Whether the terms of the task (texts, category, budget, deadline, place, attachments) have changed since, or an invitation had closed it. It can then be accepted only once its applicant has confirmed it by `updateApplication`.',
      select: { taskVersion: true, task: { select: { termsVersion: true } } },
      resolve: (application) => isOutdated(application, application.task),
    }),
    arrivalNumber: t.exposeInt('arrivalNumber', {
      description: 'Its place in the order of arrival at the task, from 1: fixed by the order of commits.',
    }),
  }),
})

builder.nodeRef(TaskApplicationType, {
  id: { description: 'The id, e.g. `app_...`.', resolve: ({ id }: { id: string }) => id },
  loadWithoutCache: (id: string, context: Context, info) => {
    const { select } = queryFromInfo({ context, info, typeName: 'TaskApplication', select: APPLICATION_SELECT })
    return context.prisma.taskApplication.findFirst({
      select,
      where: { AND: [{ id }, visibleApplications(context.caller)] },
    })
  },
})

/** A page that counts the whole list only when it is asked to. */
interface CountedPage {
  totalCount: () => Promise<number>
}

const TaskApplicationConnection = builder.connectionObject(
  {
    type: TaskApplicationType,
    name: 'TaskApplicationConnection',
    description: 'A page of applications, the newest first.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many there are on all pages together.',
        resolve: (page) => (page as unknown as CountedPage).totalCount(),
      }),
    }),
  },
  { description: 'An application and its place in the list.' },
)

const statusArgument = builder.args((t) => ({
  status: t.field({ type: [TaskApplicationStatusEnum], description: 'Only in one of these.' }),
}))

builder.prismaObjectFields('Task', (t) => ({
  applications: t.connection(
    {
      type: TaskApplicationType,
      description:
        'The applications, the newest first: all for the poster and staff, their own for everybody else. Those of people who are suspended are hidden while they wait.',
      args: statusArgument,
      select: ({ status, ...pageArguments }, { caller }, nested) => {
        const { where, orderBy, take } = newestFirst(readPage(pageArguments, idCursor))
        const query = {
          where: { AND: [where, inStatus(status), visibleApplications(caller)] },
          orderBy,
          take,
          select: APPLICATION_SELECT,
        }
        return { applications: nestedNodes(nested, 'TaskApplication', query) }
      },
      resolve: async (task, { status, ...pageArguments }, context) => {
        const isSeen = await seesTask(context, task)
        const applications = isSeen ? task.applications : []
        const connection = connectionOf(applications, readPage(pageArguments, idCursor), idCursor, ({ id }) => id)
        return Object.assign(connection, {
          totalCount: () =>
            isSeen ? context.loaders.tasks.applicationCount.load({ taskId: task.id, status: status ?? null }) : 0,
        })
      },
    },
    TaskApplicationConnection,
  ),
  viewerApplication: t.field({
    type: TaskApplicationType,
    nullable: true,
    description: "The viewer's own newest application; for the poster and staff the one that has the task.",
    select: (_args, { caller }, nested) => ({
      applications: nested({ where: viewersApplications(caller), orderBy: { id: 'desc' as const }, take: 2 }),
    }),
    resolve: async (task, _args, context) => {
      if (!(await seesTask(context, task))) return null
      const own = task.applications.find(({ applicantId }) => applicantId === context.caller?.id)
      return own ?? task.applications[0] ?? null
    },
  }),
}))

/** Their own, and the accepted one where it is for them: of others at most one, so the two newest hold their own newest. */
function viewersApplications(caller: Caller | null): Prisma.TaskApplicationWhereInput {
  if (!caller) return { id: { in: [] } }
  const seesAccepted: Prisma.TaskWhereInput[] = [{ posterId: caller.id }]
  if (isStaff(caller)) seesAccepted.push(othersTasks(caller))
  return { OR: [{ applicantId: caller.id }, { status: 'ACCEPTED', task: { OR: seesAccepted } }] }
}

builder.objectField(ViewerType, 'applications', (t) =>
  t.connection(
    {
      type: TaskApplicationType,
      description: 'Their applications, the newest first.',
      args: statusArgument,
      resolve: async ({ id }, { status, ...pageArguments }, context, info) => {
        const page = readPage(pageArguments, idCursor)
        const { where, ...limits } = newestFirst(page)
        const own = { applicantId: id, ...inStatuses(status ?? Object.values(ApplicationStatus)) }
        const { select } = queryFromInfo({
          context,
          info,
          typeName: 'TaskApplication',
          paths: NODE_PATHS,
          select: APPLICATION_SELECT,
        })
        const rows = await context.prisma.taskApplication.findMany({ ...limits, select, where: { ...own, ...where } })
        return {
          ...connectionOf(rows, page, idCursor, (row) => row.id),
          totalCount: () => context.prisma.taskApplication.count({ where: { applicantId: id, ...inStatus(status) } }),
        }
      },
    },
    TaskApplicationConnection,
  ),
)

const inStatus = (status: TaskApplicationStatus[] | null | undefined): Prisma.TaskApplicationWhereInput =>
  status ? { status: { in: status } } : {}
