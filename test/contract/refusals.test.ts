/** Messages of IllegalTransitionError: sentences with the fact and the next step, for every status and mutation. */
import { expect, test } from 'vitest'
import { TaskApplicationStatus, TaskStatus, TransferStatus } from '../../src/db/generated/enums.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { applicationLifeCycle, refuseUnlessApplicationAllows } from '../../src/tasks/applications/applicationStatus.ts'
import {
  illegalAction,
  refuseUnlessStatusAllows,
  type TaskOperation,
  taskLifeCycle,
} from '../../src/tasks/taskStatus.ts'
import {
  refuseUnlessTransferAllows,
  type TransferOperation,
  transferLifeCycle,
} from '../../src/transfers/transfers/transferStatus.ts'

const messageOf = (refuse: () => void): string | null => {
  try {
    refuse()
    return null
  } catch (error) {
    if (error instanceof DomainError) return error.message
    throw error
  }
}

const mutationsOf = (
  { transitions }: { transitions: readonly { name: string; actors: readonly string[] }[] },
  people: readonly string[],
) => [
  ...new Set(
    transitions.filter(({ actors }) => actors.some((actor) => people.includes(actor))).map(({ name }) => name),
  ),
]

const subjects: [
  subject: string,
  statuses: string[],
  mutations: string[],
  refuse: (status: string, action: string) => void,
][] = [
  [
    'task',
    Object.values(TaskStatus),
    mutationsOf(taskLifeCycle, ['poster', 'tasker', 'invitee', 'assignee', 'applicant']),
    (status, action) => refuseUnlessStatusAllows(status as TaskStatus, action as TaskOperation),
  ],
  [
    'application',
    Object.values(TaskApplicationStatus),
    ['acceptApplication', 'rejectApplication', 'withdrawApplication', 'updateApplication'],
    (status, action) => refuseUnlessApplicationAllows(status as TaskApplicationStatus, action as 'acceptApplication'),
  ],
  [
    'transfer',
    Object.values(TransferStatus),
    mutationsOf(transferLifeCycle, ['finance']),
    (status, action) => refuseUnlessTransferAllows(status as TransferStatus, action as TransferOperation),
  ],
]

test.each(subjects)('of a %s are sentences, without names of statuses and undefined', (...subject) => {
  const [, statuses, mutations, refuse] = subject
  expect(mutations.length).toBeGreaterThan(2)
  let refused = 0
  for (const status of statuses) {
    for (const mutation of mutations) {
      const message = messageOf(() => refuse(status, mutation))
      if (message === null) continue
      refused++
      expect(message).toMatch(/^[A-Z].*\. [A-Z].*\.$/)
      expect(message).not.toMatch(/[A-Z]{3,}|undefined|not possible in/)
    }
  }
  expect(refused).toBeGreaterThan(mutations.length)
})

test('cover every mutation of an application by its applicant or the poster', () => {
  const people = mutationsOf(applicationLifeCycle, ['poster', 'applicant'])
  // These two mutations of the task also change an application.
  expect(people.filter((name) => name !== 'acceptTask' && name !== 'withdrawFromTask').sort()).toEqual(
    [...(subjects[1]?.[2] ?? [])].sort(),
  )
})

test('can be replaced if the obstacle is not the status', () => {
  expect(illegalAction('OPEN', 'acceptTask', 'Apply for it.').message).toBe('Apply for it.')
})
