/** What the mutations of tasks are asked with. */
import { builder } from '../../graphql/builder.ts'
import { MoneyInput } from '../../graphql/commonTypes.ts'
import { AcceptanceModeEnum } from '../tasks.graphql.ts'

const KEY = 'With it, the same request can be sent again safely, for good.'
const TASK_ID = 'The task, `tsk_...`.'
const EXPECTED_VERSION = 'Refused with StaleVersionError when the task is at another.'
const ATTACHMENT_IDS = 'Files that the viewer has uploaded and not attached yet, at most 20.'

const TaskLocationInput = builder.inputType('TaskLocationInput', {
  description: 'Where a task is to be done.',
  fields: (t) => ({
    label: t.string({ required: true, description: 'For people: one line of 1 to 200 characters.' }),
    latitude: t.field({ type: 'Decimal', description: 'Degrees north of the equator. Only with `longitude`.' }),
    longitude: t.field({ type: 'Decimal', description: 'Degrees east of Greenwich. Only with `latitude`.' }),
    remote: t.boolean({ defaultValue: false, description: 'Whether it can be done from anywhere.' }),
  }),
})

export const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'A new task.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    title: t.string({ required: true, description: 'What is to be done, in one line of 1 to 200 characters.' }),
    description: t.string({ required: true, description: 'What is to be done, in 1 to 20,000 characters.' }),
    categoryId: t.id({ description: 'The kind of work, `cat_...`.' }),
    budget: t.field({
      type: MoneyInput,
      required: true,
      description: 'What it is worth to the poster: at least the fee and one minor unit.',
    }),
    deadline: t.field({
      type: 'DateTime',
      description: 'Until when it can be accepted: at most ten years ahead. Absent: for ever.',
    }),
    location: t.field({ type: TaskLocationInput, description: 'Where it is to be done.' }),
    acceptanceMode: t.field({
      type: AcceptanceModeEnum,
      defaultValue: 'POSTER_CHOICE',
      description: 'How it finds its tasker.',
    }),
    inviteeId: t.id({ description: 'Whom it is for, `usr_...`. Required for INVITE_ONLY, and only for it.' }),
    attachmentIds: t.idList({ description: ATTACHMENT_IDS }),
    publish: t.boolean({ defaultValue: false, description: 'Whether it is open at once, not a draft.' }),
  }),
})

export const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
  description: 'What changes. Absent leaves a field as it is; null clears it, where there is something to clear.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: TASK_ID }),
    expectedVersion: t.int({ required: true, description: EXPECTED_VERSION }),
    title: t.string({ description: 'What is to be done, in one line.' }),
    description: t.string({ description: 'What is to be done.' }),
    categoryId: t.id({ description: 'The kind of work, `cat_...`.' }),
    budget: t.field({
      type: MoneyInput,
      description:
        'What it is worth. It cannot change while a payment is under way or held, nor its currency once somebody has applied or paid.',
    }),
    deadline: t.field({ type: 'DateTime', description: 'Until when it can be accepted: at most ten years ahead.' }),
    location: t.field({ type: TaskLocationInput, description: 'Where it is to be done.' }),
    acceptanceMode: t.field({
      type: AcceptanceModeEnum,
      description: 'How it finds its tasker. A task that is no longer INVITE_ONLY has no invitee.',
    }),
    inviteeId: t.id({ description: 'Whom it is for, `usr_...`. Only for INVITE_ONLY.' }),
    attachmentIds: t.idList({
      description:
        'All files that it is to have, at most 20: those of its own that stay, and new ones of the viewer. What is not named is deleted; null takes all away.',
    }),
  }),
})

export const TaskActionInput = builder.inputType('TaskActionInput', {
  description: 'A task, and why something is done with it.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    taskId: t.id({ required: true, description: TASK_ID }),
    expectedVersion: t.int({ description: EXPECTED_VERSION }),
    reason: t.string({ description: 'Why, for the history of the task: one line of at most 1,000 characters.' }),
  }),
})

export const ApplyToTaskInput = builder.inputType('ApplyToTaskInput', {
  description: 'An offer to do a task.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    taskId: t.id({ required: true, description: TASK_ID }),
    message: t.string({ description: 'To the poster, at most 5,000 characters.' }),
    price: t.field({
      type: MoneyInput,
      description: 'What the viewer asks, in the currency of the task. Absent: its budget.',
    }),
    expectedVersion: t.int({ description: `The version of the task that the viewer has read. ${EXPECTED_VERSION}` }),
  }),
})

export const UpdateApplicationInput = builder.inputType('UpdateApplicationInput', {
  description: 'What changes of an application. It always confirms the task as it is now.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    applicationId: t.id({ required: true, description: 'The application, `app_...`.' }),
    expectedVersion: t.int({
      description: 'Of the application. Refused with StaleVersionError when it is at another.',
    }),
    expectedTaskVersion: t.int({
      required: true,
      description: `The version of the task that the viewer has read and agrees to. ${EXPECTED_VERSION}`,
    }),
    message: t.string({
      description: 'To the poster, at most 5,000 characters. Absent leaves it as it is; null takes it away.',
    }),
    price: t.field({
      type: MoneyInput,
      description: 'What the viewer asks now, in the currency of the task. Absent leaves it as it is.',
    }),
  }),
})

export const ApplicationActionInput = builder.inputType('ApplicationActionInput', {
  description: 'An application, and why something is done with it.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    applicationId: t.id({ required: true, description: 'The application, `app_...`.' }),
    expectedVersion: t.int({
      description:
        'Of the application, whose message and price its applicant may change. Refused with StaleVersionError when it is at another.',
    }),
    reason: t.string({ description: 'Why, for the history: one line of at most 1,000 characters.' }),
  }),
})

export const AcceptTaskInput = builder.inputType('AcceptTaskInput', {
  description: 'A task to accept.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    taskId: t.id({ required: true, description: TASK_ID }),
    expectedPrice: t.field({
      type: MoneyInput,
      description: 'The budget that the viewer has seen: nobody accepts a price that changed while they were looking.',
    }),
    expectedVersion: t.int({
      description: `The version that the viewer has read: nobody accepts terms that changed meanwhile. ${EXPECTED_VERSION}`,
    }),
  }),
})

export const SubmitWorkInput = builder.inputType('SubmitWorkInput', {
  description: 'Work that is done.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY }),
    taskId: t.id({ required: true, description: TASK_ID }),
    message: t.string({ description: 'To the poster, at most 5,000 characters.' }),
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
