/** What a viewer may do with a task, and what time will do to it. */
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
  description: 'What somebody may do with a task.',
  values: {
    PUBLISH: { description: '`publishTask`, by the poster.' },
    EDIT: { description: '`updateTask`, by the poster.' },
    APPLY: { description: '`applyToTask`, by a tasker.' },
    ACCEPT: {
      description: '`acceptTask`, by a tasker; `acceptApplication`, by a poster for whose decision somebody waits.',
    },
    FUND: { description: '`fundTask`, by the poster.' },
    WITHDRAW: { description: '`withdrawFromTask`, by the assignee.' },
    SUBMIT_WORK: { description: '`submitWork`, by the assignee.' },
    REQUEST_CHANGES: { description: '`requestChanges`, by the poster.' },
    APPROVE_WORK: { description: '`approveWork`, by the poster.' },
    CANCEL: { description: '`cancelTask`, by the poster.' },
  } satisfies Record<TaskActionName, object>,
})

const AvailableActionType = builder.objectRef<AvailableAction>('AvailableAction').implement({
  description: 'Whether the viewer may do something now. Advice for a screen: the mutation decides.',
  fields: (t) => ({
    action: t.expose('action', { type: TaskActionEnum, description: 'What.' }),
    allowed: t.boolean({
      description: 'Whether the mutation would be taken now.',
      resolve: ({ blockedBy }) => blockedBy === null,
    }),
    blockedBy: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'What the mutation would be refused with. Null when it is allowed.',
      resolve: ({ blockedBy }) => blockedBy && asValue(blockedBy),
    }),
  }),
})

/** An error that a resolver gives counts as thrown, unless the errors plugin has wrapped it. */
const asValue = (error: DomainError): DomainError =>
  wrapErrorIfMatches(error, [error.constructor as new () => DomainError]) as DomainError

const ScheduledTransitionType = builder.objectRef<ScheduledTransition>('ScheduledTransition').implement({
  description: 'A change that time alone will make.',
  fields: (t) => ({
    to: t.expose('to', { type: TaskStatusEnum, description: 'The status that it will have.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    reason: t.exposeString('reason', { description: 'Why, for people.' }),
  }),
})

builder.prismaObjectFields('Task', (t) => ({
  availableActions: t.field({
    type: [AvailableActionType],
    description: 'Every action, whether the viewer may do it now, and the error that they would get otherwise.',
    select: ACTION_SELECT,
    resolve: async (task, _args, context) => {
      if (!(await seesTask(context, task))) return []
      const circumstances = await actionInputsOf(context.loaders.tasks, task, context.caller)
      return availableActions(task, context.caller, circumstances)
    },
  }),
  nextAutomaticTransition: t.field({
    type: ScheduledTransitionType,
    nullable: true,
    description: 'The next change that time alone will make. Null when it waits for people only.',
    select: { status: true, deadline: true, fundingDueAt: true, autoApproveAt: true },
    resolve: async (task, _args, context) => ((await seesTask(context, task)) ? scheduledTransition(task) : null),
  }),
}))
