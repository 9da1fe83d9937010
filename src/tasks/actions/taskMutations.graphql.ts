/** What people do with tasks and applications: which rule each mutation is, and who gives it what. */
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
  description: 'Makes a task, as a draft or open at once.',
  input: CreateTaskInput,
  result: TaskResult,
  form: createTaskSchema,
  budget: 'creation',
  rule: async (tx, form, { caller }) => {
    const content = {
      title: form.title,
      description: form.description,
      categoryId: form.categoryId === undefined ? null : uuidOf('cat', form.categoryId),
      ...budgetColumns(form.budget),
      deadline: form.deadline ?? null,
      ...locationColumns(form.location ?? null),
      acceptanceMode: form.acceptanceMode ?? 'POSTER_CHOICE',
      inviteeId: form.inviteeId === undefined ? null : uuidOf('usr', form.inviteeId),
    }
    const { attachmentIds = [], publish = false } = form
    return createTask(tx, { posterId: caller.id, content, attachmentIds, publish })
  },
})

mutation('updateTask', {
  description:
    'Changes what the poster says of a DRAFT or OPEN task. Applications that wait keep their price, but are `outdated` once the terms change; an invitation closes those of everybody else.',
  input: UpdateTaskInput,
  result: TaskResult,
  form: updateTaskSchema,
  rule: async (tx, form, { caller }) => {
    const { taskId, expectedVersion, categoryId, inviteeId } = form
    const attachmentIds = form.attachmentIds === null ? [] : form.attachmentIds
    const changes = changedColumns(form, {
      ...(categoryId !== undefined && { categoryId: uuidOrNull('cat', categoryId) }),
      ...(inviteeId !== undefined && { inviteeId: uuidOrNull('usr', inviteeId) }),
    })
    return updateTask(tx, { taskId: uuidOf('tsk', taskId), caller, expectedVersion, changes, attachmentIds })
  },
})

mutation('publishTask', {
  description: 'Opens a draft to taskers.',
  input: TaskActionInput,
  result: TaskResult,
  form: taskActionSchema,
  rule: async (tx, form, context) => publishTask(tx, taskAction(form, context)),
})

mutation('cancelTask', {
  description: 'Calls off a task on which nobody works yet; what was paid in is refunded.',
  input: TaskActionInput,
  result: TaskResult,
  form: taskActionSchema,
  rule: async (tx, form, context) => cancelTask(tx, taskAction(form, context)),
})

mutation('applyToTask', {
  description: 'Offers to do an open task that is not by invitation.',
  input: ApplyToTaskInput,
  result: ApplicationResult,
  form: applyToTaskSchema,
  budget: 'creation',
  rule: async (tx, { taskId, message, price, expectedVersion }, { caller }) =>
    applyToTask(tx, { taskId: uuidOf('tsk', taskId), applicantId: caller.id, message, price, expectedVersion }),
})

mutation('updateApplication', {
  description:
    'Confirms a waiting application for the task as it is now, with another message or price where one is sent. Until then an application that is `outdated` cannot be accepted.',
  input: UpdateApplicationInput,
  result: ApplicationResult,
  form: updateApplicationSchema,
  rule: async (tx, { applicationId, expectedVersion, expectedTaskVersion, message, price }, { caller }) =>
    updateApplication(tx, {
      applicationId: uuidOf('app', applicationId),
      caller,
      expectedVersion,
      expectedTaskVersion,
      message,
      price,
    }),
})

mutation('withdrawApplication', {
  description: 'Takes a waiting application back.',
  input: ApplicationActionInput,
  result: ApplicationResult,
  form: applicationActionSchema,
  rule: async (tx, form, context) => withdrawApplication(tx, applicationAction(form, context)),
})

mutation('rejectApplication', {
  description: 'Says no to a waiting application.',
  input: ApplicationActionInput,
  result: ApplicationResult,
  form: applicationActionSchema,
  rule: async (tx, form, context) => rejectApplication(tx, applicationAction(form, context)),
})

mutation('acceptApplication', {
  description:
    'Gives the task to an applicant, at the price of their application, unless it is `outdated`. All other applications close.',
  input: ApplicationActionInput,
  result: AcceptTaskResult,
  form: applicationActionSchema,
  budget: 'acceptance',
  rule: async (tx, form, context) => acceptApplication(tx, applicationAction(form, context)),
})

mutation('acceptTask', {
  description:
    'Takes a FIRST_COME task, or an INVITE_ONLY one as its invitee, at its budget. Of any number at once one has it; the others get TaskAlreadyAcceptedError with the time of the winner.',
  input: AcceptTaskInput,
  result: AcceptTaskResult,
  form: acceptTaskSchema,
  budget: 'acceptance',
  rule: async (tx, { taskId, expectedPrice, expectedVersion }, { caller }) =>
    acceptTask(tx, { taskId: uuidOf('tsk', taskId), taskerId: caller.id, expectedPrice, expectedVersion }),
})

mutation('withdrawFromTask', {
  description: 'Gives a task back before any work is handed in. It is open again, and what was paid in stays held.',
  input: TaskActionInput,
  result: TaskResult,
  form: taskActionSchema,
  rule: async (tx, form, context) => withdrawFromTask(tx, taskAction(form, context)),
})

mutation('submitWork', {
  description: 'Hands in the work. After 5 days without an answer it is approved by itself.',
  input: SubmitWorkInput,
  result: TaskResult,
  form: submitWorkSchema,
  rule: async (tx, { taskId, message, attachmentIds = [] }, { caller }) =>
    submitWork(tx, { taskId: uuidOf('tsk', taskId), caller, message, attachmentIds }),
})

mutation('requestChanges', {
  description: 'Sends handed-in work back to the tasker.',
  input: TaskActionInput,
  result: TaskResult,
  form: taskActionSchema,
  rule: async (tx, form, context) => requestChanges(tx, taskAction(form, context)),
})

mutation('approveWork', {
  description: 'Approves the work: the task is completed, and the tasker is paid.',
  input: ApproveWorkInput,
  result: ApproveWorkResult,
  form: approveWorkSchema,
  rule: async (tx, { taskId, expectedVersion }, { caller }) =>
    approveWork(tx, { taskId: uuidOf('tsk', taskId), caller, expectedVersion }),
})
