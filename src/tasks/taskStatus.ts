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
    { name: 'acceptTask', from: ['OPEN'], to: ['ASSIGNED', 'AWAITING_FUNDS'], actors: ['tasker', 'invitee'] },
    { name: 'acceptApplication', from: ['OPEN'], to: ['ASSIGNED', 'AWAITING_FUNDS'], actors: ['poster'] },
    { name: 'fundTask', from: ['OPEN'], to: ['OPEN'], actors: ['poster'] },
    { name: 'fundTask', from: ['AWAITING_FUNDS'], to: ['ASSIGNED'], actors: ['poster'] },
    { name: 'fundingLapses', from: ['AWAITING_FUNDS'], to: ['OPEN'], actors: ['time'], after: 'PT24H' },
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

/** Refuses with IllegalTransitionError when the status does not allow the action. */
export function refuseUnlessStatusAllows(status: TaskStatus, action: string): void {
  if (!actionsAllowedIn(status).includes(action)) throw illegalAction(status, action)
}

/** The refusal of an action that this status, or something about the task in this status, does not allow. */
export const illegalAction = (status: TaskStatus, action: string): IllegalTransitionError =>
  new IllegalTransitionError({
    from: status,
    action,
    allowed: actionsAllowedIn(status).filter((allowed) => allowed !== action),
  })

/** The mutations that some person could make in this status. */
const actionsAllowedIn = (status: TaskStatus): string[] =>
  taskLifeCycle.transitions
    .filter(({ from, actors }) => from.includes(status) && !actors.includes('time'))
    .map(({ name }) => name)
