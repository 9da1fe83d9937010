import type { Caller } from '../domain/caller.ts'
import type { ActionTask, Circumstances } from './availableActions.ts'
import type { TaskLoaders } from './taskLoaders.ts'

const DISTANT_PAST = new Date(0)

/** Reads what decides about a viewer's actions beside the task: only what matters to their side of it, for all tasks at once. */
export async function circumstancesOf(
  loaders: TaskLoaders,
  task: ActionTask,
  caller: Caller | null,
): Promise<Circumstances> {
  const isPoster = caller?.id === task.posterId
  const isOpen = task.status === 'OPEN'
  const mayAccept = caller !== null && !isPoster && isOpen && task.acceptanceMode !== 'POSTER_CHOICE'
  const paysOrIsPaid = isOpen || task.status === 'AWAITING_FUNDS' || task.status === 'SUBMITTED'
  const [now, ownApplications, hasPendingApplication, liveHold, unfundedCount] = await Promise.all([
    task.deadline ? loaders.now.load('now') : DISTANT_PAST,
    caller && !isPoster && isOpen ? loaders.ownApplications.load(task.id) : [],
    isPoster && isOpen && loaders.hasPendingApplication.load(task.id),
    (isPoster && paysOrIsPaid) || mayAccept ? loaders.liveHold.load(task.id) : undefined,
    mayAccept ? loaders.unfundedCount.load('viewer') : 0,
  ])
  return { now, ownApplications, hasPendingApplication, liveHold, unfundedCount }
}
