/** The mutations of tasks and applications: maps each input to the arguments of its rule. */
import type { z } from 'zod'
import { mutation, type SignedIn, uuidOf, uuidOrNull } from '../../graphql/mutation.ts'
import { applyToTask } from '../applications/applyToTask.ts'
import { rejectApplication } from '../applications/rejectApplication.ts'
import { updateApplication } from '../applications/updateApplication.ts'
import { withdrawApplication } from '../applications/withdrawApplication.ts'
import { acceptApplication } from './acceptApplication.ts'
import { acceptTask } from './acceptTask.ts'
import { approveWork } from './approveWork.ts'
import { cancelTask } from './cancelTask.ts'
import { createTask } from './createTask.ts'
import {
  acceptTaskSchema,
  applicationActionSchema,
  applyToTaskSchema,
  approveWorkSchema,
  budgetColumns,
  changedColumns,
  createTaskSchema,
  locationColumns,
  submitWorkSchema,
  taskActionSchema,
  updateApplicationSchema,
  updateTaskSchema,
} from './inputSchemas.ts'
import { publishTask } from './publishTask.ts'
import { requestChanges } from './requestChanges.ts'
import { submitWork } from './submitWork.ts'
import {
  AcceptTaskInput,
  ApplicationActionInput,
  ApplyToTaskInput,
  ApproveWorkInput,
  CreateTaskInput,
  SubmitWorkInput,
  TaskActionInput,
  UpdateApplicationInput,
  UpdateTaskInput,
} from './taskInputs.graphql.ts'
import { AcceptTaskResult, ApplicationResult, ApproveWorkResult, TaskResult } from './taskResults.graphql.ts'
import { updateTask } from './updateTask.ts'
import { withdrawFromTask } from './withdrawFromTask.ts'

const taskAction = ({ taskId, expectedVersion, reason }: z.infer<typeof taskActionSchema>, { caller }: SignedIn) => ({
  taskId: uuidOf('tsk', taskId),
  caller,
  expectedVersion,
  reason,
})

const applicationAction = (
  { applicationId, expectedVersion, reason }: z.infer<typeof applicationActionSchema>,
  { caller }: SignedIn,
) => ({ applicationId: uuidOf('app', applicationId), caller, expectedVersion, reason })

mutation('createTask', {
  description: 'Creates a task, as a draft or published.',
  input: CreateTaskInput,
  result: TaskResult,
  inputSchema: createTaskSchema,
  allowsUnverified: ({ publish }) => !publish,
  budget: 'creation',
  rule: async (tx, input, { caller, services }) => {
    const content = {
      title: input.title,
      description: input.description,
      categoryId: input.categoryId === undefined ? null : uuidOf('cat', input.categoryId),
      ...budgetColumns(input.budget),
      deadline: input.deadline ?? null,
      ...locationColumns(input.location ?? null),
      acceptanceMode: input.acceptanceMode ?? 'POSTER_CHOICE',
      inviteeId: input.inviteeId === undefined ? null : uuidOf('usr', input.inviteeId),
    }
    const { attachmentIds = [], publish = false } = input
    const { traits } = services.payments
    return createTask(tx, { posterId: caller.id, content, attachmentIds, publish, traits })
  },
})

mutation('updateTask', {
  description:
    'Changes a DRAFT or OPEN task, by its poster. Pending applications keep their price, but become `outdated` if the terms change. An invitation closes the applications of all but the invitee.',
  input: UpdateTaskInput,
  result: TaskResult,
  inputSchema: updateTaskSchema,
  allowsUnverified: true,
  rule: async (tx, input, { caller, services }) => {
    const { taskId, expectedVersion, categoryId, inviteeId } = input
    const attachmentIds = input.attachmentIds === null ? [] : input.attachmentIds
    const changes = changedColumns(input, {
      ...(categoryId !== undefined && { categoryId: uuidOrNull('cat', categoryId) }),
      ...(inviteeId !== undefined && { inviteeId: uuidOrNull('usr', inviteeId) }),
    })
    const { traits } = services.payments
    return updateTask(tx, { taskId: uuidOf('tsk', taskId), caller, expectedVersion, changes, attachmentIds, traits })
  },
})

mutation('publishTask', {
  description: 'Publishes a draft, by its poster.',
  input: TaskActionInput,
  result: TaskResult,
  inputSchema: taskActionSchema,
  rule: async (tx, input, context) => publishTask(tx, taskAction(input, context)),
})

mutation('cancelTask', {
  description: 'Cancels a task before the tasker starts work, by its poster. Held money is refunded.',
  input: TaskActionInput,
  result: TaskResult,
  inputSchema: taskActionSchema,
  allowsUnverified: true,
  rule: async (tx, input, context) => cancelTask(tx, taskAction(input, context)),
})

mutation('applyToTask', {
  description: 'Applies to an open task that is not INVITE_ONLY.',
  input: ApplyToTaskInput,
  result: ApplicationResult,
  inputSchema: applyToTaskSchema,
  budget: 'creation',
  rule: async (tx, { taskId: id, message, price, expectedVersion }, { caller, services }) => {
    const [taskId, { traits }] = [uuidOf('tsk', id), services.payments]
    return applyToTask(tx, { taskId, applicantId: caller.id, message, price, expectedVersion, traits })
  },
})

mutation('updateApplication', {
  description:
    'Confirms a pending application for the current version of the task, with a new message or price if sent. An `outdated` application cannot be accepted before this.',
  input: UpdateApplicationInput,
  result: ApplicationResult,
  inputSchema: updateApplicationSchema,
  rule: async (tx, { applicationId, expectedVersion, expectedTaskVersion, message, price }, { caller, services }) =>
    updateApplication(tx, {
      applicationId: uuidOf('app', applicationId),
      caller,
      expectedVersion,
      expectedTaskVersion,
      message,
      price,
      traits: services.payments.traits,
    }),
})

mutation('withdrawApplication', {
  description: 'Withdraws a pending application, by its applicant.',
  input: ApplicationActionInput,
  result: ApplicationResult,
  inputSchema: applicationActionSchema,
  rule: async (tx, input, context) => withdrawApplication(tx, applicationAction(input, context)),
})

mutation('rejectApplication', {
  description: 'Rejects a pending application, by the poster.',
  input: ApplicationActionInput,
  result: ApplicationResult,
  inputSchema: applicationActionSchema,
  rule: async (tx, input, context) => rejectApplication(tx, applicationAction(input, context)),
})

mutation('acceptApplication', {
  description:
    'Accepts an application at its price, by the poster, unless it is `outdated`. All other applications close.',
  input: ApplicationActionInput,
  result: AcceptTaskResult,
  inputSchema: applicationActionSchema,
  budget: 'acceptance',
  rule: async (tx, input, context) => acceptApplication(tx, applicationAction(input, context)),
})

mutation('acceptTask', {
  description:
    'Accepts a FIRST_COME task, or as the invitee an INVITE_ONLY one, at its budget. Exactly one of any number of concurrent callers gets it; the others get TaskAlreadyAcceptedError with the time of the acceptance.',
  input: AcceptTaskInput,
  result: AcceptTaskResult,
  inputSchema: acceptTaskSchema,
  budget: 'acceptance',
  rule: async (tx, { taskId, expectedPrice, expectedVersion }, { caller }) =>
    acceptTask(tx, { taskId: uuidOf('tsk', taskId), taskerId: caller.id, expectedPrice, expectedVersion }),
})

mutation('withdrawFromTask', {
  description:
    'Withdraws from a task before submitting work, by the assignee. The task is open again, and held money stays held.',
  input: TaskActionInput,
  result: TaskResult,
  inputSchema: taskActionSchema,
  rule: async (tx, input, context) => withdrawFromTask(tx, taskAction(input, context)),
})

mutation('submitWork', {
  description:
    'Submits the work, by the assignee. It is approved automatically after 5 days, unless the poster requests changes.',
  input: SubmitWorkInput,
  result: TaskResult,
  inputSchema: submitWorkSchema,
  rule: async (tx, { taskId, message, attachmentIds = [] }, { caller }) =>
    submitWork(tx, { taskId: uuidOf('tsk', taskId), caller, message, attachmentIds }),
})

mutation('requestChanges', {
  description: 'Sends submitted work back to the tasker, by the poster.',
  input: TaskActionInput,
  result: TaskResult,
  inputSchema: taskActionSchema,
  rule: async (tx, input, context) => requestChanges(tx, taskAction(input, context)),
})

mutation('approveWork', {
  description: 'Approves the submitted work, by the poster. The task is completed, and the tasker is paid.',
  input: ApproveWorkInput,
  result: ApproveWorkResult,
  inputSchema: approveWorkSchema,
  rule: async (tx, { taskId, expectedVersion }, { caller }) =>
    approveWork(tx, { taskId: uuidOf('tsk', taskId), caller, expectedVersion }),
})
