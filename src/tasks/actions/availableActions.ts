/**
 * What a viewer may do with a task now, and the refusal that they would get otherwise: by the same refusals in the same order as
 * the rule of each action, over what was read instead of what is locked. It is advice; the rule decides.
 */

import type { Hold, Task, TaskApplication } from '../../db/generated/client.ts'
import type { Caller } from '../../domain/caller.ts'
import { DomainError, UnauthenticatedError } from '../../domain/errors.ts'
import { HoldFrozenError } from '../../transfers/errors.ts'
import {
  AlreadyAppliedError,
  notTheAssignee,
  notThePoster,
  paidAlready,
  refuseAfterDeadline,
  refuseByHistory,
  refuseChoiceOfPoster,
  refuseIfAccepted,
  refuseInvitation,
  refuseOwnTask,
  refuseTooManyUnfunded,
  refuseUnfitDeadline,
  refuseUnlessEverPublic,
  type TaskerHistory,
  TermsChangedError,
  taskerUnavailable,
} from '../errors.ts'
import type { WaitingApplication } from '../taskLoaders.ts'
import { refuseUnlessStatusAllows, type TaskOperation } from '../taskStatus.ts'

/** The columns of a task that decide. */
export const ACTION_SELECT = {
  id: true,
  status: true,
  acceptanceMode: true,
  posterId: true,
  assigneeId: true,
  inviteeId: true,
  budgetMinor: true,
  deadline: true,
  publishedAt: true,
  acceptedAt: true,
} as const

export type ActionTask = Pick<Task, keyof typeof ACTION_SELECT>

/** What decides beside the task: what does not matter to this viewer was not read, and is as if there were none. */
export interface ActionInputs {
  now: Date
  /** The viewer's own applications to the task. */
  ownApplications: TaskApplication[]
  /** One that waits for the poster's decision: one that can be accepted, if there is any. */
  pendingApplication: WaitingApplication | undefined
  /** Whether the person whom the task is for, its assignee or invitee, is suspended. */
  isForSomebodySuspended: boolean
  /** The hold that is PENDING or HELD. */
  liveHold: Pick<Hold, 'status' | 'remainingMinor' | 'frozen'> | undefined
  /** How many unfunded tasks the viewer has accepted by themselves. */
  unfundedCount: number
}

interface Situation extends ActionInputs {
  task: ActionTask
  viewerId: string
}

type Refuse = (situation: Situation) => void

const refusals = {
  PUBLISH: asPoster('publishTask', ({ task, now, isForSomebodySuspended }) => {
    if (isForSomebodySuspended) throw taskerUnavailable(task.status, 'publishTask')
    refuseUnfitDeadline(task.deadline, now, ['task', 'deadline'])
  }),
  EDIT: asPoster('updateTask', ({ task, now }) => {
    if (task.status === 'OPEN') refuseAfterDeadline(task, now, 'updateTask')
  }),
  APPLY: (situation) => {
    const { task, now, ownApplications } = situation
    refuseOffer(situation)
    refuseInvitation(task)
    refuseIfAccepted(task)
    refuseUnlessStatusAllows(task.status, 'applyToTask')
    refuseAfterDeadline(task, now, 'applyToTask')
    const live = ownApplications.find(({ status }) => status !== 'WITHDRAWN')
    if (live) throw new AlreadyAppliedError(live)
  },
  // To a poster for whose decision somebody waits it is acceptApplication, to everybody else acceptTask.
  ACCEPT: (situation) => (situation.pendingApplication ? refuseApplication(situation) : refuseTask(situation)),
  FUND: asPoster('fundTask', ({ task, liveHold, isForSomebodySuspended }) => {
    if (liveHold) throw paidAlready(task.status)
    if (isForSomebodySuspended) throw taskerUnavailable(task.status, 'fundTask')
  }),
  WITHDRAW: asAssignee('withdrawFromTask'),
  SUBMIT_WORK: asAssignee('submitWork'),
  REQUEST_CHANGES: asPoster('requestChanges'),
  APPROVE_WORK: asPoster('approveWork', ({ liveHold }) => {
    if (liveHold?.frozen) throw new HoldFrozenError()
  }),
  CANCEL: asPoster('cancelTask'),
} satisfies Record<string, Refuse>

export type TaskActionName = keyof typeof refusals

export interface AvailableAction {
  action: TaskActionName
  blockedBy: DomainError | null
}

/** Every action, with the refusal that keeps this viewer, who sees the task, from it now. */
export function availableActions(
  task: ActionTask,
  caller: Caller | null,
  circumstances: ActionInputs,
): AvailableAction[] {
  const actions = Object.keys(refusals) as TaskActionName[]
  if (!caller) return actions.map((action) => ({ action, blockedBy: new UnauthenticatedError() }))
  const situation = { ...circumstances, task, viewerId: caller.id }
  return actions.map((action) => ({ action, blockedBy: refusalOf(refusals[action], situation) }))
}

function refusalOf(refuse: Refuse, situation: Situation): DomainError | null {
  try {
    refuse(situation)
    return null
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}

function asPoster(action: TaskOperation, refuse?: Refuse): Refuse {
  return (situation) => {
    const { task, viewerId } = situation
    if (task.posterId !== viewerId) throw notThePoster()
    refuseUnlessStatusAllows(task.status, action)
    refuse?.(situation)
  }
}

function asAssignee(action: TaskOperation): Refuse {
  return ({ task, viewerId }) => {
    if (task.assigneeId !== viewerId) throw notTheAssignee()
    refuseUnlessStatusAllows(task.status, action)
  }
}

/** A viewer who sees the task may still not be among those to whom it was offered. */
function refuseOffer({ task, viewerId }: Situation): void {
  refuseUnlessEverPublic({ ...task, posterSuspended: false }, { taskId: task.id, callerId: viewerId })
  refuseOwnTask(task, viewerId)
}

function refuseApplication({ task, now, pendingApplication }: Situation): void {
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'acceptApplication')
  refuseAfterDeadline(task, now, 'acceptApplication')
  if (pendingApplication?.isOutdated) throw new TermsChangedError(pendingApplication.id)
}

function refuseTask(situation: Situation): void {
  const { task, now, ownApplications, liveHold, unfundedCount } = situation
  refuseOffer(situation)
  refuseChoiceOfPoster(task)
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'acceptTask')
  refuseAfterDeadline(task, now, 'acceptTask')
  refuseByHistory(historyOf(ownApplications))
  const isFunded = liveHold?.status === 'HELD' && liveHold.remainingMinor >= task.budgetMinor
  if (!isFunded) refuseTooManyUnfunded(unfundedCount + 1)
}

/** The same that `readTaskerHistory` reads. */
function historyOf(ownApplications: TaskApplication[]): TaskerHistory {
  return {
    rejected: ownApplications.some(({ status }) => status === 'REJECTED'),
    withdrew: ownApplications.some(
      ({ status, acceptedAt, lapsedAt }) =>
        status === 'WITHDRAWN' && acceptedAt && (!lapsedAt || acceptedAt > lapsedAt),
    ),
    lapsed: ownApplications.some(({ lapsedAt }) => lapsedAt !== null),
  }
}
