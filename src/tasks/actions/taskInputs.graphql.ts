/** The GraphQL inputs of the mutations of tasks. */
import { builder } from '../../graphql/builder.ts'
import { MoneyInput } from '../../graphql/commonTypes.ts'
import { AcceptanceModeEnum } from '../tasks.graphql.ts'

const KEY = 'Makes the request safe to retry: the same request with the same key returns the stored answer.'
const TASK_ID = 'The task, `tsk_...`.'
const EXPECTED_VERSION = 'The expected version of the task. Refused with StaleVersionError if the task has another one.'
const ATTACHMENT_IDS = 'Files that the viewer uploaded and has not attached yet, `att_...`: at most 20.'

const TaskLocationInput = builder.inputType('TaskLocationInput', {
  description: 'The place of a task.',
  fields: (t) => ({
    label: t.string({ required: true, description: 'The place as text: one line of 1 to 200 characters.' }),
    latitude: t.field({ type: 'Decimal', description: 'The latitude in degrees, -90 to 90. Requires `longitude`.' }),
    longitude: t.field({ type: 'Decimal', description: 'The longitude in degrees, -180 to 180. Requires `latitude`.' }),
    remote: t.boolean({ defaultValue: false, description: 'True if the task can be done from anywhere.' }),
  }),
})

export const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'A new task.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    title: t.string({ required: true, description: 'The title: one line of 1 to 200 characters.' }),
    description: t.string({ required: true, description: 'The full description of the work: 1 to 20,000 characters.' }),
    categoryId: t.id({ description: 'The category, `cat_...`.' }),
    budget: t.field({
      type: MoneyInput,
      required: true,
      description: 'The price that the poster offers: at least the minimum fee plus one minor unit.',
    }),
    deadline: t.field({
      type: 'DateTime',
      description: 'The task expires at this time if it is still open: at most ten years ahead. Absent: never.',
    }),
    location: t.field({ type: TaskLocationInput, description: 'The place of the work.' }),
    acceptanceMode: t.field({
      type: AcceptanceModeEnum,
      defaultValue: 'POSTER_CHOICE',
      description: 'The way in which the task gets its tasker.',
    }),
    inviteeId: t.id({ description: 'The invitee, `usr_...`. Required for INVITE_ONLY, not allowed for other modes.' }),
    attachmentIds: t.idList({ description: ATTACHMENT_IDS }),
    publish: t.boolean({ defaultValue: false, description: 'True: publish at once. False: create a draft.' }),
  }),
})

export const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
  description: 'The changes of a task. An absent field stays; null clears a field that can be empty.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: TASK_ID }),
    expectedVersion: t.int({ required: true, description: EXPECTED_VERSION }),
    title: t.string({ description: 'The title: one line of 1 to 200 characters.' }),
    description: t.string({ description: 'The full description of the work: 1 to 20,000 characters.' }),
    categoryId: t.id({ description: 'The category, `cat_...`.' }),
    budget: t.field({
      type: MoneyInput,
      description:
        'The price that the poster offers. Cannot change while a payment is in progress or held; its currency cannot change after the first application or payment.',
    }),
    deadline: t.field({
      type: 'DateTime',
      description: 'The task expires at this time if it is still open: at most ten years ahead. Null: never.',
    }),
    location: t.field({ type: TaskLocationInput, description: 'The place of the work.' }),
    acceptanceMode: t.field({
      type: AcceptanceModeEnum,
      description: 'The way in which the task gets its tasker. Any other mode than INVITE_ONLY clears the invitee.',
    }),
    inviteeId: t.id({ description: 'The invitee, `usr_...`. Only for INVITE_ONLY.' }),
    attachmentIds: t.idList({
      description:
        'All attachments after the change, at most 20: current ones to keep, and new uploads of the viewer. Others are deleted; null deletes all.',
    }),
  }),
})

export const TaskActionInput = builder.inputType('TaskActionInput', {
  description: 'A task, and the reason of an action.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    taskId: t.id({ required: true, description: TASK_ID }),
    expectedVersion: t.int({ description: EXPECTED_VERSION }),
    reason: t.string({ description: 'The reason, for the history of the task: one line of at most 1,000 characters.' }),
  }),
})

export const ApplyToTaskInput = builder.inputType('ApplyToTaskInput', {
  description: 'A new application.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    taskId: t.id({ required: true, description: TASK_ID }),
    message: t.string({ description: 'A message to the poster, at most 5,000 characters.' }),
    price: t.field({
      type: MoneyInput,
      description: 'The price of the applicant, in the currency of the task. Absent: the budget of the task.',
    }),
    expectedVersion: t.int({ description: EXPECTED_VERSION }),
  }),
})

export const UpdateApplicationInput = builder.inputType('UpdateApplicationInput', {
  description: 'The changes of an application. Also confirms it for the current version of the task.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    applicationId: t.id({ required: true, description: 'The application, `app_...`.' }),
    expectedVersion: t.int({
      description: 'The expected version of the application. Refused with StaleVersionError if it has another one.',
    }),
    expectedTaskVersion: t.int({
      required: true,
      description: `The version of the task to which the applicant agrees. ${EXPECTED_VERSION}`,
    }),
    message: t.string({
      description: 'A message to the poster, at most 5,000 characters. Absent keeps the current one; null removes it.',
    }),
    price: t.field({
      type: MoneyInput,
      description: 'The price of the applicant, in the currency of the task. Absent keeps the current one.',
    }),
  }),
})

export const ApplicationActionInput = builder.inputType('ApplicationActionInput', {
  description: 'An application, and the reason of an action.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    applicationId: t.id({ required: true, description: 'The application, `app_...`.' }),
    expectedVersion: t.int({
      description:
        'The expected version of the application, whose applicant can change message and price. Refused with StaleVersionError if it has another one.',
    }),
    reason: t.string({ description: 'The reason, for the history of the task: one line of at most 1,000 characters.' }),
  }),
})

export const AcceptTaskInput = builder.inputType('AcceptTaskInput', {
  description: 'A task to accept.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    taskId: t.id({ required: true, description: TASK_ID }),
    expectedPrice: t.field({
      type: MoneyInput,
      description: 'The budget that the viewer saw. Refused with PriceChangedError if it has changed.',
    }),
    expectedVersion: t.int({
      description: EXPECTED_VERSION,
    }),
  }),
})

export const SubmitWorkInput = builder.inputType('SubmitWorkInput', {
  description: 'Finished work to submit.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    taskId: t.id({ required: true, description: TASK_ID }),
    message: t.string({ description: 'A message to the poster, at most 5,000 characters.' }),
    attachmentIds: t.idList({ description: ATTACHMENT_IDS }),
  }),
})

export const ApproveWorkInput = builder.inputType('ApproveWorkInput', {
  description: 'Work to approve.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', required: true, description: KEY }),
    taskId: t.id({ required: true, description: TASK_ID }),
    expectedVersion: t.int({ description: EXPECTED_VERSION }),
  }),
})
