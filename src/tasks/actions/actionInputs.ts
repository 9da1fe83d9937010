import type { Caller } from '../../domain/caller.ts'
import type { FeeTerms } from '../../domain/fee.ts'
import { taskerOf } from '../standing.ts'
import type { TaskLoaders } from '../taskLoaders.ts'
import type { ActionInputs, ActionTask } from './availableActions.ts'

const DISTANT_PAST = new Date(0)

/** Loads the inputs of `availableActions` that this viewer's side of the task needs, batched over all tasks. */
export async function actionInputsOf(
  loaders: TaskLoaders,
  task: ActionTask,
  caller: Caller | null,
  feeRule: FeeTerms,
): Promise<ActionInputs> {
  const isPoster = caller?.id === task.posterId
  const isOpen = task.status === 'OPEN'
  const mayAccept = caller !== null && !isPoster && isOpen && task.acceptanceMode !== 'POSTER_CHOICE'
  const tasker = isPoster ? taskerOf(task) : null
  const needsTasker = task.status === 'DRAFT' || isOpen || task.status === 'AWAITING_FUNDS'
  const needsHold = isOpen || task.status === 'AWAITING_FUNDS' || task.status === 'SUBMITTED'
  const mayReview = task.status === 'COMPLETED' && caller !== null && (isPoster || caller.id === task.assigneeId)
  const [now, ownApplications, pendingApplication, liveHold, unfundedCount, isTaskerSuspended, hasReviewed] =
    await Promise.all([
      task.deadline || mayReview ? loaders.now.load('now') : DISTANT_PAST,
      caller && !isPoster && isOpen ? loaders.ownApplications.load(task.id) : [],
      isPoster && isOpen ? loaders.pendingApplication.load(task.id) : undefined,
      (isPoster && needsHold) || mayAccept ? loaders.liveHold.load(task.id) : undefined,
      mayAccept ? loaders.unfundedCount.load('viewer') : 0,
      tasker !== null && needsTasker && loaders.isSuspended.load(tasker),
      mayReview && loaders.hasReviewed.load(task.id),
    ])
  return {
    now,
    feeRule,
    ownApplications,
    pendingApplication,
    liveHold,
    unfundedCount,
    isTaskerSuspended,
    hasReviewed,
  }
}
