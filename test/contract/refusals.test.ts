/** What a refusal says to people: what is in the way and what to do, in words, for every status and every mutation. */
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

/** Mutations that a life cycle names and this server does not have yet. */
const TO_COME = ['openDispute', 'withdrawDispute', 'resolveDispute', 'reverseTransfer']
const mutationsOf = (
  { transitions }: { transitions: readonly { name: string; actors: readonly string[] }[] },
  people: readonly string[],
) =>
  [
    ...new Set(
      transitions.filter(({ actors }) => actors.some((actor) => people.includes(actor))).map(({ name }) => name),
    ),
  ].filter((name) => !TO_COME.includes(name))

const subjects: [
  subject: string,
  statuses: string[],
  mutations: string[],
  refuse: (status: string, deed: string) => void,
][] = [
  [
    'task',
    Object.values(TaskStatus),
    mutationsOf(taskLifeCycle, ['poster', 'tasker', 'invitee', 'assignee', 'applicant']),
    (status, deed) => refuseUnlessStatusAllows(status as TaskStatus, deed as TaskOperation),
  ],
  [
    'application',
    Object.values(TaskApplicationStatus),
    ['acceptApplication', 'rejectApplication', 'withdrawApplication', 'updateApplication'],
    (status, deed) => refuseUnlessApplicationAllows(status as TaskApplicationStatus, deed as 'acceptApplication'),
  ],
  [
    'transfer',
    Object.values(TransferStatus),
    mutationsOf(transferLifeCycle, ['finance']),
    (status, deed) => refuseUnlessTransferAllows(status as TransferStatus, deed as TransferOperation),
  ],
]

test.each(subjects)('of a %s in a status are sentences, and say neither the status nor undefined', (...subject) => {
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

test('name every mutation of an application that its applicant or the poster makes', () => {
  const people = mutationsOf(applicationLifeCycle, ['poster', 'applicant'])
  // The two of the task change an application along with it.
  expect(people.filter((name) => name !== 'acceptTask' && name !== 'withdrawFromTask').sort()).toEqual(
    [...(subjects[1]?.[2] ?? [])].sort(),
  )
})

test('say something else where it is not the status that is in the way', () => {
  expect(illegalAction('OPEN', 'acceptTask', 'Apply for it.').message).toBe('Apply for it.')
})
