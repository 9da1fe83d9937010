/** Tasks as clients read them. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { UserType } from '../accounts/accounts.graphql.ts'
import type { AcceptanceMode, Prisma, TaskStatus } from '../db/generated/client.ts'
import { fromPublicId } from '../db/ids.ts'
import { AttachmentType, SHOWN_FILES } from '../files/attachments.graphql.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyType } from '../graphql/commonTypes.ts'
import type { Context } from '../graphql/context.ts'
import {
  found,
  isPartyOrStaff,
  partySelect,
  seesTask,
  TASK_SELECT,
  type TaskKey,
  visibleTasks,
} from '../visibility/taskVisibility.ts'

export const TaskStatusEnum = builder.enumType('TaskStatus', {
  description: 'Where a task is in its life.',
  values: {
    DRAFT: { description: 'Only its poster sees it.' },
    OPEN: { description: 'To be had.' },
    AWAITING_FUNDS: { description: 'A tasker is accepted; the poster has 24 hours to pay in.' },
    ASSIGNED: { description: 'The money is held and the tasker works.' },
    SUBMITTED: { description: 'Work is handed in; after 5 days it approves itself.' },
    COMPLETED: { description: 'Approved; the tasker is paid. Final.' },
    DISPUTED: { description: 'The two sides disagree; the money is frozen until staff decide.' },
    CANCELED: { description: 'Called off. Final.' },
    EXPIRED: { description: 'Its deadline passed while it was open. Final.' },
  } satisfies Record<TaskStatus, object>,
})

export const AcceptanceModeEnum = builder.enumType('AcceptanceMode', {
  description: 'How a task finds its tasker.',
  values: {
    FIRST_COME: { description: 'Whoever accepts first has it, at the budget.' },
    POSTER_CHOICE: { description: 'People apply with a price; the poster accepts one of them.' },
    INVITE_ONLY: { description: 'Only the person invited sees it and may accept it.' },
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
    description: 'Where a task is to be done.',
    fields: (t) => ({
      label: t.exposeString('label', { description: 'For people, e.g. `Tartu, city centre`.' }),
      latitude: t.field({
        type: 'Decimal',
        nullable: true,
        description: 'Degrees north of the equator.',
        resolve: ({ latitude }) => latitude?.toFixed(),
      }),
      longitude: t.field({
        type: 'Decimal',
        nullable: true,
        description: 'Degrees east of Greenwich.',
        resolve: ({ longitude }) => longitude?.toFixed(),
      }),
      remote: t.exposeBoolean('remote', { description: 'Whether it can be done from anywhere.' }),
    }),
  })

const WorkSubmissionType = builder.prismaObject('WorkSubmission', {
  description: 'Work that a tasker handed in.',
  select: { id: true },
  fields: (t) => ({
    message: t.exposeString('message', { nullable: true, description: 'What the tasker says about it.' }),
    attachments: t.field({
      type: [AttachmentType],
      description: 'What was handed in, in the order of the tasker.',
      select: (_args, _context, nested) => ({ attachments: nested(SHOWN_FILES) }),
      resolve: ({ attachments }) => attachments,
    }),
    submittedAt: t.expose('submittedAt', { type: 'DateTime', description: 'When it was handed in.' }),
  }),
})

/** What the viewer sees of a task only when they may find it. */
function seen<Value>(context: Context, task: TaskKey, value: Value): Value | null | Promise<Value | null>
function seen<Value>(context: Context, task: TaskKey, value: Value, otherwise: Value): Value | Promise<Value>
function seen<Value>(context: Context, task: TaskKey, value: Value, otherwise: Value | null = null) {
  const sees = seesTask(context, task)
  if (typeof sees === 'boolean') return sees ? value : otherwise
  return sees.then((isSeen) => (isSeen ? value : otherwise))
}

// Not a prismaNode: that one looks through the visibility of `node(id)` also at what was reached by another way, and would
// fail where no more than the public part of a task may be seen.
export const TaskType = builder.prismaObject('Task', {
  description:
    'A piece of paid work that somebody posts and somebody else does. Whoever reaches it through something of their own, but may not find it, sees its public part; the rest is null or empty.',
  select: TASK_SELECT,
  fields: (t) => ({
    version: t.exposeInt('version', {
      description: 'Rises by one with each change of the task itself. Send it back as `expectedVersion`.',
    }),
    title: t.exposeString('title', { description: 'What is to be done, in one line.' }),
    description: t.exposeString('description', { description: 'What is to be done, in full.' }),
    category: t.relation('category', { nullable: true, description: 'The kind of work.' }),
    status: t.expose('status', { type: TaskStatusEnum, description: 'Where it is in its life.' }),
    acceptanceMode: t.expose('acceptanceMode', { type: AcceptanceModeEnum, description: 'How it finds its tasker.' }),
    budget: t.field({
      type: MoneyType,
      description: 'What the poster offers.',
      select: { budgetMinor: true, currency: true },
      resolve: ({ budgetMinor, currency }) => ({ minorUnits: budgetMinor, currencyCode: currency }),
    }),
    agreedPrice: t.field({
      type: MoneyType,
      nullable: true,
      description: 'What the tasker was accepted at. For the parties and staff.',
      select: (_args, { caller }) => ({ ...partySelect(caller), agreedPriceMinor: true, currency: true }),
      resolve: (task, _args, { caller }) =>
        task.agreedPriceMinor !== null && isPartyOrStaff(caller, task)
          ? { minorUnits: task.agreedPriceMinor, currencyCode: task.currency }
          : null,
    }),
    deadline: t.expose('deadline', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when it can be accepted; it expires then. Null when it waits for ever.',
    }),
    location: t.field({
      type: TaskLocationType,
      nullable: true,
      description: 'Where it is to be done. Null when that does not matter.',
      select: { locationLabel: true, latitude: true, longitude: true, remote: true },
      resolve: ({ locationLabel: label, latitude, longitude, remote }) =>
        label === null ? null : { label, latitude, longitude, remote },
    }),
    poster: t.relation('poster', { description: 'Who posted it and pays for it.' }),
    assignee: t.field({
      type: UserType,
      nullable: true,
      description: 'Who does it. For the parties and staff.',
      select: (_args, { caller }, nested) => ({ ...partySelect(caller), assignee: nested() }),
      resolve: (task, _args, { caller }) => (isPartyOrStaff(caller, task) ? task.assignee : null),
    }),
    invitee: t.field({
      type: UserType,
      nullable: true,
      description: 'Who alone may accept it, where it is by invitation. For the parties, the invitee and staff.',
      select: (_args, { caller }, nested) => ({ ...partySelect(caller), inviteeId: true, invitee: nested() }),
      resolve: (task, _args, { caller }) =>
        task.inviteeId === caller?.id || isPartyOrStaff(caller, task) ? task.invitee : null,
    }),
    attachments: t.field({
      type: [AttachmentType],
      description: 'Pictures and documents that belong to it, in the order of the poster.',
      select: (_args, _context, nested) => ({ attachments: nested(SHOWN_FILES) }),
      resolve: ({ attachments }) => attachments,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    publishedAt: t.expose('publishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it first became OPEN.',
    }),
    acceptedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its tasker was accepted. Null again when it re-opens.',
      select: { acceptedAt: true },
      resolve: (task, _args, context) => seen(context, task, task.acceptedAt),
    }),
    submittedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When work was last handed in.',
      select: { submittedAt: true },
      resolve: (task, _args, context) => seen(context, task, task.submittedAt),
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the work was approved.',
      select: { completedAt: true },
      resolve: (task, _args, context) => seen(context, task, task.completedAt),
    }),
    applicationCount: t.int({
      description: 'How many people have applied and not withdrawn.',
      select: { applicationCount: true },
      resolve: (task, _args, context) => seen(context, task, task.applicationCount, 0),
    }),
    submission: t.field({
      type: WorkSubmissionType,
      nullable: true,
      description: 'What was handed in last. For the parties and staff; null again when it re-opens.',
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
  id: { description: 'The id, e.g. `tsk_...`.', resolve: ({ id }: TaskKey) => id },
  loadWithoutCache: async (id: string, context: Context, info) => {
    const { select } = queryFromInfo({ context, info, typeName: 'Task', select: TASK_SELECT })
    const where = { AND: [{ id }, visibleTasks(context.caller)] }
    return found(context, await context.prisma.task.findFirst({ select, where }))
  },
})

builder.queryField('task', (t) =>
  t.prismaField({
    type: 'Task',
    nullable: true,
    description: 'One task. Null when there is none, or the viewer may not see it: the two cannot be told apart.',
    args: { id: t.arg.id({ required: true, description: 'The id, e.g. `tsk_...`.' }) },
    resolve: async (query, _root, args, context) => {
      const id = fromPublicId('tsk', args.id)
      if (!id) return null
      const where = { AND: [{ id }, visibleTasks(context.caller)] }
      return found(context, await context.prisma.task.findFirst({ ...query, where }))
    },
  }),
)
