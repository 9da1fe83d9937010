/** The life cycle of an application. */
import { TaskApplicationStatus } from '../db/generated/enums.ts'
import { IllegalTransitionError } from '../domain/errors.ts'
import type { LifeCycle } from '../domain/lifeCycle.ts'

export const applicationLifeCycle: LifeCycle<TaskApplicationStatus> = {
  subject: 'task_application',
  states: Object.values(TaskApplicationStatus),
  transitions: [
    { name: 'acceptApplication', from: ['PENDING'], to: ['ACCEPTED'], actors: ['poster'] },
    { name: 'acceptTask', from: ['PENDING'], to: ['ACCEPTED'], actors: ['applicant'] },
    { name: 'rejectApplication', from: ['PENDING'], to: ['REJECTED'], actors: ['poster'] },
    { name: 'withdrawApplication', from: ['PENDING'], to: ['WITHDRAWN'], actors: ['applicant'] },
    { name: 'otherIsAccepted', from: ['PENDING'], to: ['CLOSED'], actors: ['task'] },
    { name: 'taskEnds', from: ['PENDING'], to: ['CLOSED'], actors: ['task'] },
    { name: 'taskReopens', from: ['CLOSED'], to: ['PENDING'], actors: ['task'] },
    { name: 'fundingLapses', from: ['ACCEPTED'], to: ['PENDING'], actors: ['time'] },
    { name: 'withdrawFromTask', from: ['ACCEPTED'], to: ['WITHDRAWN'], actors: ['applicant'] },
  ],
}

/** Refuses with IllegalTransitionError when the application's status does not allow the action. */
export function refuseUnlessApplicationAllows(status: TaskApplicationStatus, action: string): void {
  const allowed = applicationLifeCycle.transitions
    .filter(({ from, actors }) => from.includes(status) && !actors.includes('task') && !actors.includes('time'))
    .map(({ name }) => name)
  if (!allowed.includes(action)) throw new IllegalTransitionError({ from: status, action, allowed })
}
