/** Tasks as clients read them. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { AcceptanceMode, TaskStatus } from '../db/generated/enums.ts'
import { fromPublicId } from '../db/ids.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyType } from '../graphql/commonTypes.ts'
import type { Context } from '../graphql/context.ts'
import { TASK_VISIBILITY_SELECT, type TaskCircle, visibleTasks } from './taskVisibility.ts'

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

// Not a prismaNode: that one also reads again through its visibility what was reached by another way, and would fail
// where the public part of a task is all that may be seen.
export const TaskType = builder.prismaObject('Task', {
  description: 'A piece of paid work that somebody posts and somebody else does.',
  select: TASK_VISIBILITY_SELECT,
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
    deadline: t.expose('deadline', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when it can be accepted; it expires then. Null when it waits for ever.',
    }),
    poster: t.relation('poster', { description: 'Who posted it and pays for it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    publishedAt: t.expose('publishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it first became OPEN.',
    }),
  }),
})

builder.nodeRef(TaskType, {
  id: { description: 'The id, e.g. `tsk_...`.', resolve: ({ id }: TaskCircle) => id },
  loadWithoutCache: (id: string, context: Context, info) => {
    const { select } = queryFromInfo({ context, info, typeName: 'Task', select: TASK_VISIBILITY_SELECT })
    return context.prisma.task.findFirst({ select, where: { AND: [{ id }, visibleTasks(context.caller)] } })
  },
})

builder.queryField('task', (t) =>
  t.prismaField({
    type: 'Task',
    nullable: true,
    description: 'One task. Null when there is none, or the viewer may not see it: the two cannot be told apart.',
    args: { id: t.arg.id({ required: true, description: 'Its id, e.g. `tsk_...`.' }) },
    resolve: (query, _root, { id }, { caller, prisma }) => {
      const uuid = fromPublicId('tsk', id)
      return uuid ? prisma.task.findFirst({ ...query, where: { AND: [{ id: uuid }, visibleTasks(caller)] } }) : null
    },
  }),
)
