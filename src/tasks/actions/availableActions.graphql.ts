/** The actions of the viewer on a task, and its next automatic transition. */
import { wrapErrorIfMatches } from '@pothos/plugin-errors'
import type { DomainError } from '../../domain/errors.ts'
import { builder } from '../../graphql/builder.ts'
import { ErrorInterface } from '../../graphql/errors.ts'
import { seesTask } from '../../visibility/taskVisibility.ts'
import { TaskStatusEnum } from '../tasks.graphql.ts'
import { actionInputsOf } from './actionInputs.ts'
import { ACTION_SELECT, type AvailableAction, availableActions, type TaskActionName } from './availableActions.ts'
import { type ScheduledTransition, scheduledTransition } from './scheduledTransition.ts'

const TaskActionEnum = builder.enumType('TaskAction', {
  description: 'An action on a task: the mutation and who may call it.',
  values: {
    PUBLISH: { description: '`publishTask`, by the poster.' },
    EDIT: { description: '`updateTask`, by the poster.' },
    APPLY: { description: '`applyToTask`, by a tasker.' },
    ACCEPT: {
      description: '`acceptTask`, by a tasker; `acceptApplication`, by a poster with a pending application.',
    },
    FUND: { description: '`fundTask`, by the poster.' },
    WITHDRAW: { description: '`withdrawFromTask`, by the assignee.' },
    SUBMIT_WORK: { description: '`submitWork`, by the assignee.' },
    REQUEST_CHANGES: { description: '`requestChanges`, by the poster.' },
    APPROVE_WORK: { description: '`approveWork`, by the poster.' },
    CANCEL: { description: '`cancelTask`, by the poster.' },
    REVIEW: { description: '`reviewTask`, by the poster and the assignee.' },
    OPEN_DISPUTE: { description: '`openDispute`, by the poster or the assignee.' },
  } satisfies Record<TaskActionName, object>,
})

const AvailableActionType = builder.objectRef<AvailableAction>('AvailableAction').implement({
  description: 'An action, and whether the viewer may do it now. Use it to build a screen; the mutation checks again.',
  fields: (t) => ({
    action: t.expose('action', { type: TaskActionEnum, description: 'The action.' }),
    allowed: t.boolean({
      description: 'True if the mutation would succeed now.',
      resolve: ({ blockedBy }) => blockedBy === null,
    }),
    blockedBy: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'The error that the mutation would return. Null if it is allowed.',
      resolve: ({ blockedBy }) => blockedBy && asValue(blockedBy),
    }),
  }),
})

/** Wraps an error for the errors plugin, because an error returned by a resolver counts as thrown otherwise. */
const asValue = (error: DomainError): DomainError =>
  wrapErrorIfMatches(error, [error.constructor as new () => DomainError]) as DomainError

const ScheduledTransitionType = builder.objectRef<ScheduledTransition>('ScheduledTransition').implement({
  description: 'A status change that a timer will make.',
  fields: (t) => ({
    to: t.expose('to', { type: TaskStatusEnum, description: 'The new status.' }),
    at: t.expose('at', { type: 'DateTime', description: 'The time of the change.' }),
    reason: t.exposeString('reason', { description: 'The reason, for people.' }),
  }),
})

builder.prismaObjectFields('Task', (t) => ({
  availableActions: t.field({
    type: [AvailableActionType],
    description:
      'Every action, with the error that the viewer would get if it is not allowed. Empty if the viewer may not see the task.',
    select: ACTION_SELECT,
    resolve: async (task, _args, context) => {
      if (!(await seesTask(context, task))) return []
      const feeRule = await context.services.feeRules.read()
      const inputs = await actionInputsOf(context.loaders.tasks, task, context.caller, feeRule)
      return availableActions(task, context.caller, inputs)
    },
  }),
  nextAutomaticTransition: t.field({
    type: ScheduledTransitionType,
    nullable: true,
    description: 'The next automatic status change. Null if no timer is set.',
    select: { status: true, deadline: true, fundingDueAt: true, autoApproveAt: true },
    resolve: async (task, _args, context) => ((await seesTask(context, task)) ? scheduledTransition(task) : null),
  }),
}))
