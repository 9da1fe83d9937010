/** The GraphQL type of an application, and lists of applications. */
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
  description: 'The status of an application.',
  values: {
    PENDING: { description: 'The poster has not decided yet.' },
    ACCEPTED: { description: 'The applicant is the tasker.' },
    REJECTED: { description: 'The poster rejected it. The applicant cannot apply to this task again.' },
    WITHDRAWN: {
      description: 'The applicant withdrew it, or withdrew from the task. They can apply again while the task is open.',
    },
    CLOSED: {
      description:
        'Another person was accepted or invited, or the task ended. PENDING again if the task is open to this applicant again.',
    },
  } satisfies Record<TaskApplicationStatus, object>,
})

// Every read of an application selects these: the applicant decides who may see it.
const APPLICATION_SELECT = { id: true, applicantId: true } as const

// Not a prismaNode, for the same reason as Task.
const TaskApplicationType = builder.prismaObject('TaskApplication', {
  description: 'An application for a task, at a price. Visible to the applicant, the poster and staff.',
  select: APPLICATION_SELECT,
  fields: (t) => ({
    version: t.exposeInt('version', {
      description: 'Increases by one with each change. Send it as `expectedVersion`.',
    }),
    task: t.relation('task', { description: 'The task.' }),
    applicant: t.relation('applicant', { description: 'The applicant.' }),
    status: t.expose('status', { type: TaskApplicationStatusEnum, description: 'The status.' }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'The message of the applicant to the poster. Null if there is none.',
    }),
    price: t.field({
      type: MoneyType,
      description: 'The price of the applicant.',
      select: { priceMinor: true, currency: true },
      resolve: ({ priceMinor, currency }) => ({ minorUnits: priceMinor, currencyCode: currency }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time of creation.' }),
    taskVersion: t.exposeInt('taskVersion', {
      description: 'The version of the task to which the applicant last agreed.',
    }),
    outdated: t.boolean({
      description:
        'True if the terms of the task (texts, category, budget, deadline, place, attachments) changed after `taskVersion`, or an invitation closed the application in between. It cannot be accepted until the applicant confirms it with `updateApplication`.',
      select: { taskVersion: true, task: { select: { termsVersion: true } } },
      resolve: (application) => isOutdated(application, application.task),
    }),
    arrivalNumber: t.exposeInt('arrivalNumber', {
      description: 'The number of the application at its task, from 1, in the order of commits.',
    }),
  }),
})

builder.nodeRef(TaskApplicationType, {
  id: { description: 'The id, `app_...`.', resolve: ({ id }: { id: string }) => id },
  loadWithoutCache: (id: string, context: Context, info) => {
    const { select } = queryFromInfo({ context, info, typeName: 'TaskApplication', select: APPLICATION_SELECT })
    return context.prisma.taskApplication.findFirst({
      select,
      where: { AND: [{ id }, visibleApplications(context.caller)] },
    })
  },
})

/** A page that counts the list only if `totalCount` is selected. */
interface CountedPage {
  totalCount: () => Promise<number>
}

const TaskApplicationConnection = builder.connectionObject(
  {
    type: TaskApplicationType,
    name: 'TaskApplicationConnection',
    description: 'A page of applications, newest first.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'The number of applications on all pages.',
        resolve: (page) => (page as unknown as CountedPage).totalCount(),
      }),
    }),
  },
  { description: 'An application and its cursor.' },
)

const statusArgument = builder.args((t) => ({
  status: t.field({ type: [TaskApplicationStatusEnum], description: 'Only applications in one of these statuses.' }),
}))

builder.prismaObjectFields('Task', (t) => ({
  applications: t.connection(
    {
      type: TaskApplicationType,
      description:
        'The applications, newest first: all for the poster and staff, their own for other viewers. Pending applications of suspended people are hidden from the poster.',
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
    description:
      "The viewer's newest application; for the poster and staff the accepted application. Null if there is none.",
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

/** The viewer's own applications, and the accepted one if they may see it. That is at most one of others, so two rows include their own newest. */
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
      description: 'The applications of the viewer, newest first.',
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
