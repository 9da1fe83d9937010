/** Statuses of tasks: the life cycle, and the refusals of actions that a status does not allow. */
import { TaskStatus } from '../db/generated/enums.ts'
import { IllegalTransitionError } from '../domain/errors.ts'
import type { LifeCycle } from '../domain/lifeCycle.ts'

/** The time in which an accepted task must be funded. */
export const FUNDING_WINDOW_MS = 24 * 3_600_000
/** The time after which submitted work is approved automatically. */
export const APPROVAL_WINDOW_MS = 5 * 24 * 3_600_000

/** The transitions of a task. */
export const taskLifeCycle: LifeCycle<TaskStatus> = {
  subject: 'task',
  states: Object.values(TaskStatus),
  transitions: [
    { name: 'updateTask', from: ['DRAFT'], to: ['DRAFT'], actors: ['poster'] },
    { name: 'updateTask', from: ['OPEN'], to: ['OPEN'], actors: ['poster'] },
    { name: 'publishTask', from: ['DRAFT'], to: ['OPEN'], actors: ['poster'] },
    { name: 'applyToTask', from: ['OPEN'], to: ['OPEN'], actors: ['tasker'] },
    { name: 'updateApplication', from: ['OPEN'], to: ['OPEN'], actors: ['applicant'] },
    { name: 'acceptTask', from: ['OPEN'], to: ['ASSIGNED', 'AWAITING_FUNDS'], actors: ['tasker', 'invitee'] },
    { name: 'acceptApplication', from: ['OPEN'], to: ['ASSIGNED', 'AWAITING_FUNDS'], actors: ['poster'] },
    { name: 'fundTask', from: ['OPEN'], to: ['OPEN'], actors: ['poster'] },
    { name: 'fundTask', from: ['AWAITING_FUNDS'], to: ['ASSIGNED'], actors: ['poster'] },
    { name: 'fundingLapses', from: ['AWAITING_FUNDS'], to: ['OPEN'], actors: ['time'], after: 'PT24H' },
    { name: 'assigneeIsSuspended', from: ['AWAITING_FUNDS'], to: ['OPEN'], actors: ['system'] },
    { name: 'withdrawFromTask', from: ['AWAITING_FUNDS', 'ASSIGNED'], to: ['OPEN'], actors: ['assignee'] },
    { name: 'submitWork', from: ['ASSIGNED'], to: ['SUBMITTED'], actors: ['assignee'] },
    { name: 'requestChanges', from: ['SUBMITTED'], to: ['ASSIGNED'], actors: ['poster'] },
    { name: 'approveWork', from: ['SUBMITTED'], to: ['COMPLETED'], actors: ['poster'] },
    { name: 'approvalByTime', from: ['SUBMITTED'], to: ['COMPLETED'], actors: ['time'], after: 'P5D' },
    { name: 'openDispute', from: ['ASSIGNED', 'SUBMITTED'], to: ['DISPUTED'], actors: ['poster', 'assignee'] },
    { name: 'addEvidence', from: ['DISPUTED'], to: ['DISPUTED'], actors: ['poster', 'assignee'] },
    { name: 'withdrawDispute', from: ['DISPUTED'], to: ['ASSIGNED', 'SUBMITTED'], actors: ['opener'] },
    { name: 'resolveDispute', from: ['DISPUTED'], to: ['COMPLETED', 'CANCELED'], actors: ['finance'] },
    { name: 'reviewTask', from: ['COMPLETED'], to: ['COMPLETED'], actors: ['poster', 'assignee'] },
    { name: 'cancelTask', from: ['DRAFT', 'OPEN', 'AWAITING_FUNDS'], to: ['CANCELED'], actors: ['poster'] },
    // The payer's bank has taken back all that was held for the work.
    { name: 'chargebackIsLost', from: ['ASSIGNED', 'SUBMITTED', 'DISPUTED'], to: ['CANCELED'], actors: ['provider'] },
    { name: 'deadlinePasses', from: ['OPEN'], to: ['EXPIRED'], actors: ['time'] },
  ],
}

const FINAL: readonly TaskStatus[] = ['COMPLETED', 'CANCELED', 'EXPIRED']

/** True if the task can never change its status again. */
export const isFinal = (status: TaskStatus): boolean => FINAL.includes(status)

/** The state of a task, for people: the first half of a message. */
const FACTS: Record<TaskStatus, string> = {
  DRAFT: 'The task is a draft; its poster can publish it with publishTask.',
  OPEN: 'The task is open and has no tasker yet.',
  AWAITING_FUNDS: 'A tasker was accepted, but the poster has not funded the task yet.',
  ASSIGNED: 'The tasker is working on the task.',
  SUBMITTED: 'The work was submitted; the poster can approve it or request changes.',
  COMPLETED: 'The task is completed.',
  DISPUTED: 'The task is in dispute until customer service decides.',
  CANCELED: 'The task was canceled.',
  EXPIRED: 'The deadline of the task has passed.',
}

/** The status that each mutation needs, and the next step, for people: the second half of a message. */
const NEEDS = {
  updateTask: 'Only a draft or an open task can be changed. For other terms post a new task with createTask.',
  publishTask: 'Only a draft can be published. Create another one with createTask.',
  applyToTask: 'Only an open task accepts applications. Find one with the query tasks.',
  updateApplication:
    'An application can be changed only while its task is open. Find an open task with the query tasks.',
  acceptTask: 'Only an open task can be accepted. Find one with the query tasks.',
  acceptApplication: 'An application can be accepted only while its task is open. Post a new task with createTask.',
  fundTask: 'A task can be funded only while it is open or awaits funding.',
  withdrawFromTask:
    'A tasker can withdraw only before submitting the work. If you disagree with the poster, open a dispute with openDispute.',
  submitWork: 'Work can be submitted only while the task is funded and the tasker is working on it.',
  requestChanges: 'Changes can be requested only for submitted work.',
  approveWork: 'Only submitted work can be approved.',
  reviewTask: 'A task can be reviewed only after its completion, for 14 days.',
  cancelTask:
    'A task can be canceled only before the tasker starts work. If you disagree with the tasker, open a dispute with openDispute.',
  openDispute: 'A dispute can be opened only from the start of the work until its approval.',
  addEvidence: 'Evidence can be added only while a dispute is open.',
} as const

/** A mutation that depends on the status of the task. */
export type TaskOperation = keyof typeof NEEDS

/** Refuses with IllegalTransitionError when the status does not allow the action. */
export function refuseUnlessStatusAllows(status: TaskStatus, action: TaskOperation): void {
  if (!actionsAllowedIn(status).includes(action)) throw illegalAction(status, action)
}

/** The refusal of an action in this status; `message` replaces the text if the obstacle is not the status itself. */
export const illegalAction = (
  status: TaskStatus,
  action: TaskOperation,
  message = `${FACTS[status]} ${NEEDS[action]}`,
): IllegalTransitionError =>
  new IllegalTransitionError({
    from: status,
    action,
    allowed: actionsAllowedIn(status).filter((allowed) => allowed !== action),
    message,
  })

const NOT_PEOPLE = ['time', 'system', 'provider']

/** The mutations that this status allows to people. */
const actionsAllowedIn = (status: TaskStatus): string[] =>
  taskLifeCycle.transitions
    .filter(({ from, actors }) => from.includes(status) && !actors.some((actor) => NOT_PEOPLE.includes(actor)))
    .map(({ name }) => name)
