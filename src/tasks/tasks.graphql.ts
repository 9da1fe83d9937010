/** The GraphQL type of a task. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { UserType } from '../accounts/accounts.graphql.ts'
import type { AcceptanceMode, Prisma, TaskStatus } from '../db/generated/client.ts'
import { fromPublicId } from '../db/ids.ts'
import { AttachmentType, SHOWN_FILES } from '../files/attachments.graphql.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyType } from '../graphql/commonTypes.ts'
import type { Context } from '../graphql/context.ts'
import {
  isPartyOrStaff,
  markFound,
  partySelect,
  seesTask,
  TASK_SELECT,
  type TaskKey,
  visibleTasks,
} from '../visibility/taskVisibility.ts'

export const TaskStatusEnum = builder.enumType('TaskStatus', {
  description: 'The status of a task.',
  values: {
    DRAFT: { description: 'Not published: visible to its poster only.' },
    OPEN: { description: 'Published, without a tasker.' },
    AWAITING_FUNDS: {
      description: 'A tasker was accepted; the poster has 24 hours to fund the task, or it is OPEN again.',
    },
    ASSIGNED: { description: 'The money is held and the tasker is working.' },
    SUBMITTED: { description: 'The work was submitted; it is approved automatically after 5 days.' },
    COMPLETED: { description: 'The work was approved and the tasker is paid. Final.' },
    DISPUTED: { description: 'Poster and tasker disagree; the money is frozen until staff decide.' },
    CANCELED: { description: 'The task was canceled. Final.' },
    EXPIRED: { description: 'The deadline passed while the task was open. Final.' },
  } satisfies Record<TaskStatus, object>,
})

export const AcceptanceModeEnum = builder.enumType('AcceptanceMode', {
  description: 'The way in which a task gets its tasker.',
  values: {
    FIRST_COME: { description: 'The first tasker who accepts it gets it, at the budget.' },
    POSTER_CHOICE: { description: 'Taskers apply with a price; the poster accepts one application.' },
    INVITE_ONLY: { description: 'Only the invitee can see it and accept it, at the budget.' },
  } satisfies Record<AcceptanceMode, object>,
})

const TaskLocationType = builder
  .objectRef<{
    label: string
    latitude: Prisma.Decimal | null
    longitude: Prisma.Decimal | null
    remote: boolean
  }>('TaskLocation')
  .implement({
    description: 'The place of a task.',
    fields: (t) => ({
      label: t.exposeString('label', { description: 'The place as text, e.g. `Tartu, city centre`.' }),
      latitude: t.field({
        type: 'Decimal',
        nullable: true,
        description: 'The latitude in degrees, -90 to 90. Null if the place has no coordinates.',
        resolve: ({ latitude }) => latitude?.toFixed(),
      }),
      longitude: t.field({
        type: 'Decimal',
        nullable: true,
        description: 'The longitude in degrees, -180 to 180. Null if the place has no coordinates.',
        resolve: ({ longitude }) => longitude?.toFixed(),
      }),
      remote: t.exposeBoolean('remote', { description: 'True if the task can be done from anywhere.' }),
    }),
  })

const WorkSubmissionType = builder.prismaObject('WorkSubmission', {
  description: 'Work that the tasker submitted.',
  select: { id: true },
  fields: (t) => ({
    message: t.exposeString('message', {
      nullable: true,
      description: 'The message of the tasker to the poster. Null if there is none.',
    }),
    attachments: t.field({
      type: [AttachmentType],
      description: 'The attached files, in the order of the tasker.',
      select: (_args, _context, nested) => ({ attachments: nested(SHOWN_FILES) }),
      resolve: ({ attachments }) => attachments,
    }),
    submittedAt: t.expose('submittedAt', { type: 'DateTime', description: 'The time of the submission.' }),
  }),
})

/** Returns `value` if the viewer may see the whole task, or else `otherwise`. */
function seen<Value>(context: Context, task: TaskKey, value: Value): Value | null | Promise<Value | null>
function seen<Value>(context: Context, task: TaskKey, value: Value, otherwise: Value): Value | Promise<Value>
function seen<Value>(context: Context, task: TaskKey, value: Value, otherwise: Value | null = null) {
  const sees = seesTask(context, task)
  if (typeof sees === 'boolean') return sees ? value : otherwise
  return sees.then((isSeen) => (isSeen ? value : otherwise))
}

// Not a prismaNode, because prismaNode applies the visibility of `node(id)` to tasks reached by other paths, too, and fails where the
// viewer may see only the public part.
export const TaskType = builder.prismaObject('Task', {
  description:
    'A piece of paid work. Viewers who may not see the task itself, but an object that refers to it, get its public part; the other fields are null or empty.',
  select: TASK_SELECT,
  fields: (t) => ({
    version: t.exposeInt('version', {
      description: 'Increases by one with each change of the task itself. Send it as `expectedVersion`.',
    }),
    title: t.exposeString('title', { description: 'The title: one line.' }),
    description: t.exposeString('description', { description: 'The full description of the work.' }),
    category: t.relation('category', { nullable: true, description: 'The category. Null if the task has none.' }),
    status: t.expose('status', { type: TaskStatusEnum, description: 'The status.' }),
    acceptanceMode: t.expose('acceptanceMode', {
      type: AcceptanceModeEnum,
      description: 'The way in which the task gets its tasker.',
    }),
    budget: t.field({
      type: MoneyType,
      description: 'The price that the poster offers.',
      select: { budgetMinor: true, currency: true },
      resolve: ({ budgetMinor, currency }) => ({ minorUnits: budgetMinor, currencyCode: currency }),
    }),
    agreedPrice: t.field({
      type: MoneyType,
      nullable: true,
      description:
        'The price at which the tasker was accepted. Null before acceptance, and for viewers who are neither a party nor staff.',
      select: (_args, { caller }) => ({ ...partySelect(caller), agreedPriceMinor: true, currency: true }),
      resolve: (task, _args, { caller }) =>
        task.agreedPriceMinor !== null && isPartyOrStaff(caller, task)
          ? { minorUnits: task.agreedPriceMinor, currencyCode: task.currency }
          : null,
    }),
    deadline: t.expose('deadline', {
      type: 'DateTime',
      nullable: true,
      description: 'An open task expires at this time. Null if it never expires.',
    }),
    location: t.field({
      type: TaskLocationType,
      nullable: true,
      description: 'The place of the work. Null if the task has none.',
      select: { locationLabel: true, latitude: true, longitude: true, remote: true },
      resolve: ({ locationLabel: label, latitude, longitude, remote }) =>
        label === null ? null : { label, latitude, longitude, remote },
    }),
    poster: t.relation('poster', { description: 'The person who posted the task and pays for it.' }),
    assignee: t.field({
      type: UserType,
      nullable: true,
      description: 'The accepted tasker. Null before acceptance, and for viewers who are neither a party nor staff.',
      select: (_args, { caller }, nested) => ({ ...partySelect(caller), assignee: nested() }),
      resolve: (task, _args, { caller }) => (isPartyOrStaff(caller, task) ? task.assignee : null),
    }),
    invitee: t.field({
      type: UserType,
      nullable: true,
      description:
        'The only person who can accept an INVITE_ONLY task. Null in other modes, and for viewers who are neither the invitee, a party nor staff.',
      select: (_args, { caller }, nested) => ({ ...partySelect(caller), inviteeId: true, invitee: nested() }),
      resolve: (task, _args, { caller }) =>
        task.inviteeId === caller?.id || isPartyOrStaff(caller, task) ? task.invitee : null,
    }),
    attachments: t.field({
      type: [AttachmentType],
      description: 'Images and documents of the task, in the order of the poster.',
      select: (_args, _context, nested) => ({ attachments: nested(SHOWN_FILES) }),
      resolve: ({ attachments }) => attachments,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time of creation.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'The time of the last change.' }),
    publishedAt: t.expose('publishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time of publication. Null for a task that was never published.',
    }),
    acceptedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time of acceptance. Null before acceptance, and after the task was reopened.',
      select: { acceptedAt: true },
      resolve: (task, _args, context) => seen(context, task, task.acceptedAt),
    }),
    submittedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time of the last submission of work. Null before it, and after the task was reopened.',
      select: { submittedAt: true },
      resolve: (task, _args, context) => seen(context, task, task.submittedAt),
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time of approval. Null before it.',
      select: { completedAt: true },
      resolve: (task, _args, context) => seen(context, task, task.completedAt),
    }),
    applicationCount: t.int({
      description: 'The number of applications, except withdrawn ones.',
      select: { applicationCount: true },
      resolve: (task, _args, context) => seen(context, task, task.applicationCount, 0),
    }),
    submission: t.field({
      type: WorkSubmissionType,
      nullable: true,
      description:
        'The last submission of work. Null before it, after the task was reopened, and for viewers who are neither a party nor staff.',
      select: (_args, { caller }, nested) => ({
        ...partySelect(caller),
        submittedAt: true,
        submissions: nested({ orderBy: { id: 'desc' }, take: 1 }),
      }),
      resolve: (task, _args, { caller }) =>
        task.submittedAt && isPartyOrStaff(caller, task) ? (task.submissions[0] ?? null) : null,
    }),
  }),
})

builder.nodeRef(TaskType, {
  id: { description: 'The id, `tsk_...`.', resolve: ({ id }: TaskKey) => id },
  loadWithoutCache: async (id: string, context: Context, info) => {
    const { select } = queryFromInfo({ context, info, typeName: 'Task', select: TASK_SELECT })
    const where = { AND: [{ id }, visibleTasks(context.caller)] }
    return markFound(context, await context.prisma.task.findFirst({ select, where }))
  },
})

builder.queryField('task', (t) =>
  t.prismaField({
    type: 'Task',
    nullable: true,
    description: 'One task. Null if the id is unknown or the viewer may not see the task.',
    args: { id: t.arg.id({ required: true, description: 'The id, `tsk_...`.' }) },
    resolve: async (query, _root, args, context) => {
      const id = fromPublicId('tsk', args.id)
      if (!id) return null
      const where = { AND: [{ id }, visibleTasks(context.caller)] }
      return markFound(context, await context.prisma.task.findFirst({ ...query, where }))
    },
  }),
)
