/** The life cycle of a task. */
import { TaskStatus } from '../db/generated/enums.ts'
import { IllegalTransitionError } from '../domain/errors.ts'
import type { LifeCycle } from '../domain/lifeCycle.ts'

export const FUNDING_WINDOW_MS = 24 * 3_600_000
export const APPROVAL_WINDOW_MS = 5 * 24 * 3_600_000

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
    { name: 'withdrawDispute', from: ['DISPUTED'], to: ['ASSIGNED', 'SUBMITTED'], actors: ['opener'] },
    { name: 'resolveDispute', from: ['DISPUTED'], to: ['COMPLETED', 'CANCELED'], actors: ['finance'] },
    { name: 'cancelTask', from: ['DRAFT', 'OPEN', 'AWAITING_FUNDS'], to: ['CANCELED'], actors: ['poster'] },
    { name: 'deadlinePasses', from: ['OPEN'], to: ['EXPIRED'], actors: ['time'] },
  ],
}

const FINAL: readonly TaskStatus[] = ['COMPLETED', 'CANCELED', 'EXPIRED']

/** Whether a task has ended for good. */
export const isFinal = (status: TaskStatus): boolean => FINAL.includes(status)

/** How a task stands, for people. */
const FACTS: Record<TaskStatus, string> = {
  DRAFT: 'The task is still a draft, which its poster can publish.',
  OPEN: 'The task is open, and nobody was accepted for it yet.',
  AWAITING_FUNDS: 'A tasker was accepted, and the task waits for the poster to pay in.',
  ASSIGNED: 'The tasker is at work on the task.',
  SUBMITTED: 'The work was handed in and waits for the poster, who approves it or asks for changes.',
  COMPLETED: 'The task is completed.',
  DISPUTED: 'The task is in dispute until customer service has decided.',
  CANCELED: 'The task was canceled.',
  EXPIRED: 'The deadline of the task has passed.',
}

/** What each mutation needs, for people. */
const NEEDS = {
  updateTask: 'It can be changed only as a draft or while it is open.',
  publishTask: 'Only a draft can be published.',
  applyToTask: 'Apply to a task that is open.',
  updateApplication: 'An application can be changed only while its task is open.',
  acceptTask: 'Accept a task that is open.',
  acceptApplication: 'An application can be accepted only while its task is open.',
  fundTask: 'It can be paid for only while it is open or waits for its money.',
  withdrawFromTask: 'Its tasker can withdraw only before the work is handed in.',
  submitWork: 'Work can be handed in only while its tasker is at work, once the money is held.',
  requestChanges: 'Changes can be asked for only once work was handed in.',
  approveWork: 'Only work that was handed in can be approved.',
  cancelTask: 'Its poster can cancel it only before a tasker is at work.',
} as const

/** A mutation that the status of a task may not allow. */
export type TaskOperation = keyof typeof NEEDS

/** Refuses with IllegalTransitionError when the status does not allow the action. */
export function refuseUnlessStatusAllows(status: TaskStatus, action: TaskOperation): void {
  if (!actionsAllowedIn(status).includes(action)) throw illegalAction(status, action)
}

/** The refusal of an action that this status does not allow, or, as `message` says, something about the task in this status. */
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

const NOT_PEOPLE = ['time', 'system']

/** The mutations that some person could make in this status. */
const actionsAllowedIn = (status: TaskStatus): string[] =>
  taskLifeCycle.transitions
    .filter(({ from, actors }) => from.includes(status) && !actors.some((actor) => NOT_PEOPLE.includes(actor)))
    .map(({ name }) => name)
