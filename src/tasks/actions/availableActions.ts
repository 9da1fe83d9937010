/**
 * The actions of a viewer on a task, each allowed or with the refusal of its rule. Runs the same refusals as the rules in the same order,
 * but on unlocked rows, so it is advice: the rule decides.
 */

import type { Hold, Task, TaskApplication } from '../../db/generated/client.ts'
import type { Caller } from '../../domain/caller.ts'
import { DomainError, UnauthenticatedError } from '../../domain/errors.ts'
import type { FeeTerms } from '../../domain/fee.ts'
import { refuseLowPrice } from '../../fees/refuseLowPrice.ts'
import { refuseReview } from '../../reviews/errors.ts'
import { HoldFrozenError } from '../../transfers/errors.ts'
import {
  AlreadyAppliedError,
  budgetOf,
  notAParty,
  notTheAssignee,
  notThePoster,
  paidAlready,
  priceOf,
  refuseAfterDeadline,
  refuseByHistory,
  refuseChoiceOfPoster,
  refuseIfAccepted,
  refuseInvitation,
  refuseOwnTask,
  refuseTooManyUnfunded,
  refuseUnfitDeadline,
  refuseUnlessOffered,
  type TaskerHistory,
  TermsChangedError,
  taskerUnavailable,
} from '../errors.ts'
import type { WaitingApplication } from '../taskLoaders.ts'
import { refuseUnlessStatusAllows, type TaskOperation } from '../taskStatus.ts'

/** The columns of a task on which actions depend. */
export const ACTION_SELECT = {
  id: true,
  status: true,
  acceptanceMode: true,
  posterId: true,
  assigneeId: true,
  inviteeId: true,
  budgetMinor: true,
  currency: true,
  deadline: true,
  publishedAt: true,
  acceptedAt: true,
  completedAt: true,
} as const

export type ActionTask = Pick<Task, keyof typeof ACTION_SELECT>

/** The other inputs. Those that do not matter for this viewer are not read, and empty. */
export interface ActionInputs {
  now: Date
  feeRule: FeeTerms
  ownApplications: TaskApplication[]
  /** A pending application, preferably one that can be accepted. */
  pendingApplication: WaitingApplication | undefined
  /** True if the assignee, or before acceptance the invitee, is suspended. */
  isTaskerSuspended: boolean
  /** The PENDING or HELD hold of the task. */
  liveHold: Pick<Hold, 'status' | 'remainingMinor' | 'frozen'> | undefined
  /** The number of unfunded tasks that the viewer accepted with `acceptTask`. */
  unfundedCount: number
  /** True if the viewer has reviewed the task. */
  hasReviewed: boolean
}

interface ActionContext extends ActionInputs {
  task: ActionTask
  viewerId: string
}

type Refuse = (context: ActionContext) => void

const refusals = {
  PUBLISH: asPoster('publishTask', ({ task, now, feeRule, isTaskerSuspended }) => {
    if (isTaskerSuspended) throw taskerUnavailable(task.status, 'publishTask')
    refuseLowPrice(budgetOf(task), feeRule, ['task', 'budget', 'amount'])
    refuseUnfitDeadline(task.deadline, now, ['task', 'deadline'])
  }),
  EDIT: asPoster('updateTask', ({ task, now }) => {
    if (task.status === 'OPEN') refuseAfterDeadline(task, now, 'updateTask')
  }),
  APPLY: (context) => {
    const { task, now, ownApplications } = context
    refuseUnlessOfferedToViewer(context)
    refuseInvitation(task)
    refuseIfAccepted(task)
    refuseUnlessStatusAllows(task.status, 'applyToTask')
    refuseAfterDeadline(task, now, 'applyToTask')
    const live = ownApplications.find(({ status }) => status !== 'WITHDRAWN')
    if (live) throw new AlreadyAppliedError(live)
  },
  // acceptApplication for a poster with a pending application, acceptTask for all other viewers.
  ACCEPT: (context) => (context.pendingApplication ? refuseAcceptApplication(context) : refuseAcceptTask(context)),
  FUND: asPoster('fundTask', ({ task, liveHold, isTaskerSuspended }) => {
    if (liveHold) throw paidAlready(task.status)
    if (isTaskerSuspended) throw taskerUnavailable(task.status, 'fundTask')
  }),
  WITHDRAW: asAssignee('withdrawFromTask'),
  SUBMIT_WORK: asAssignee('submitWork'),
  REQUEST_CHANGES: asPoster('requestChanges'),
  APPROVE_WORK: asPoster('approveWork', ({ task, liveHold }) => {
    if (liveHold?.frozen) throw new HoldFrozenError({ taskId: task.id })
  }),
  CANCEL: asPoster('cancelTask'),
  REVIEW: ({ task, viewerId, now, hasReviewed }) => {
    if (task.posterId !== viewerId && task.assigneeId !== viewerId) throw notAParty()
    refuseReview(task, { now, hasReviewed })
  },
  OPEN_DISPUTE: asParty('openDispute'),
} satisfies Record<string, Refuse>

export type TaskActionName = keyof typeof refusals

export interface AvailableAction {
  action: TaskActionName
  blockedBy: DomainError | null
}

/** Returns every action with its refusal for this viewer, who may see the task. */
export function availableActions(task: ActionTask, caller: Caller | null, inputs: ActionInputs): AvailableAction[] {
  const actions = Object.keys(refusals) as TaskActionName[]
  if (!caller) return actions.map((action) => ({ action, blockedBy: new UnauthenticatedError() }))
  const context = { ...inputs, task, viewerId: caller.id }
  return actions.map((action) => ({ action, blockedBy: refusalOf(refusals[action], context) }))
}

function refusalOf(refuse: Refuse, context: ActionContext): DomainError | null {
  try {
    refuse(context)
    return null
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}

function asPoster(action: TaskOperation, refuse?: Refuse): Refuse {
  return (context) => {
    const { task, viewerId } = context
    if (task.posterId !== viewerId) throw notThePoster()
    refuseUnlessStatusAllows(task.status, action)
    refuse?.(context)
  }
}

function asAssignee(action: TaskOperation): Refuse {
  return ({ task, viewerId }) => {
    if (task.assigneeId !== viewerId) throw notTheAssignee()
    refuseUnlessStatusAllows(task.status, action)
  }
}

function asParty(action: TaskOperation): Refuse {
  return ({ task, viewerId }) => {
    if (task.posterId !== viewerId && task.assigneeId !== viewerId) throw notAParty()
    refuseUnlessStatusAllows(task.status, action)
  }
}

/** Also refuses the viewer's own task. A viewer may see a task that was never offered to them. */
function refuseUnlessOfferedToViewer({ task, viewerId }: ActionContext): void {
  refuseUnlessOffered({ ...task, posterSuspended: false }, { taskId: task.id, callerId: viewerId })
  refuseOwnTask(task, viewerId)
}

function refuseAcceptApplication({ task, now, feeRule, pendingApplication }: ActionContext): void {
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'acceptApplication')
  refuseAfterDeadline(task, now, 'acceptApplication')
  if (pendingApplication?.isOutdated) throw new TermsChangedError(pendingApplication.id)
  if (pendingApplication) refuseLowPrice(priceOf(pendingApplication), feeRule, ['application', 'price', 'amount'])
}

function refuseAcceptTask(context: ActionContext): void {
  const { task, now, feeRule, ownApplications, liveHold, unfundedCount } = context
  refuseUnlessOfferedToViewer(context)
  refuseChoiceOfPoster(task)
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'acceptTask')
  refuseAfterDeadline(task, now, 'acceptTask')
  refuseByHistory(historyOf(ownApplications))
  refuseLowPrice(budgetOf(task), feeRule, ['task', 'budget', 'amount'])
  const isFunded = liveHold?.status === 'HELD' && liveHold.remainingMinor >= task.budgetMinor
  if (!isFunded) refuseTooManyUnfunded(unfundedCount + 1)
}

/** The result of `readTaskerHistory`, from the viewer's applications. */
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
