/** Statuses of applications: the life cycle, and the refusals of actions that a status does not allow. */
import { TaskApplicationStatus } from '../../db/generated/enums.ts'
import { IllegalTransitionError } from '../../domain/errors.ts'
import type { LifeCycle } from '../../domain/lifeCycle.ts'

/** The transitions of an application. */
export const applicationLifeCycle: LifeCycle<TaskApplicationStatus> = {
  subject: 'task_application',
  states: Object.values(TaskApplicationStatus),
  transitions: [
    { name: 'acceptApplication', from: ['PENDING'], to: ['ACCEPTED'], actors: ['poster'] },
    { name: 'acceptTask', from: ['PENDING'], to: ['ACCEPTED'], actors: ['applicant'] },
    { name: 'updateApplication', from: ['PENDING'], to: ['PENDING'], actors: ['applicant'] },
    { name: 'rejectApplication', from: ['PENDING'], to: ['REJECTED'], actors: ['poster'] },
    { name: 'withdrawApplication', from: ['PENDING'], to: ['WITHDRAWN'], actors: ['applicant'] },
    { name: 'otherIsAccepted', from: ['PENDING'], to: ['CLOSED'], actors: ['task'] },
    { name: 'taskBecomesInviteOnly', from: ['PENDING'], to: ['CLOSED'], actors: ['task'] },
    { name: 'taskEnds', from: ['PENDING'], to: ['CLOSED'], actors: ['task'] },
    { name: 'taskReopens', from: ['CLOSED'], to: ['PENDING'], actors: ['task'] },
    { name: 'taskIsOfferedAgain', from: ['CLOSED'], to: ['PENDING'], actors: ['task'] },
    { name: 'fundingLapses', from: ['ACCEPTED'], to: ['PENDING'], actors: ['time'] },
    { name: 'assigneeIsSuspended', from: ['ACCEPTED'], to: ['PENDING'], actors: ['system'] },
    { name: 'withdrawFromTask', from: ['ACCEPTED'], to: ['WITHDRAWN'], actors: ['applicant'] },
  ],
}

/** The state of an application, for people: the first half of a message. */
const FACTS: Record<TaskApplicationStatus, string> = {
  PENDING: 'The application is pending; the poster has not decided yet.',
  ACCEPTED: 'The application was accepted.',
  REJECTED: 'The poster rejected the application.',
  WITHDRAWN: 'The applicant withdrew the application.',
  CLOSED: 'The application is closed: another person was accepted or invited, or the task has ended.',
}

/** The status that each mutation needs, for people: the second half of a message. */
const NEEDS = {
  acceptApplication: 'Only a pending application can be accepted. Choose another one.',
  rejectApplication: 'Only a pending application can be rejected. Choose another one.',
  withdrawApplication: 'Only a pending application can be withdrawn. After it was accepted, use withdrawFromTask.',
  updateApplication: 'Only a pending application can be changed. If you withdrew it, apply again with applyToTask.',
} as const

const NOT_PEOPLE = ['task', 'time', 'system']

/** Refuses with IllegalTransitionError when the application's status does not allow the action. */
export function refuseUnlessApplicationAllows(status: TaskApplicationStatus, action: keyof typeof NEEDS): void {
  const allowed = applicationLifeCycle.transitions
    .filter(({ from, actors }) => from.includes(status) && !actors.some((actor) => NOT_PEOPLE.includes(actor)))
    .map(({ name }) => name)
  if (allowed.includes(action)) return
  throw new IllegalTransitionError({ from: status, action, allowed, message: `${FACTS[status]} ${NEEDS[action]}` })
}
