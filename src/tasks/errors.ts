/**
 * Refusals of tasks, in order of precedence: not to be seen, not a party, one's own, stale, its status, then what the rule alone
 * knows (a passed deadline, a hold in the way, already applied, a changed price, what the tasker did before, too many unfunded),
 * and last what only the clock or the task itself shows to be wrong with the input. Each function refuses or does nothing.
 */
import type { TaskApplication } from '../db/generated/client.ts'
import {
  DomainError,
  ForbiddenError,
  IllegalTransitionError,
  NotFoundError,
  SelfDealingError,
  StaleVersionError,
  ValidationError,
} from '../domain/errors.ts'
import { isSameMoney, type Money, toDecimal } from '../domain/money.ts'
import type { OfferedTask, TaskRow } from './tasks.sql.ts'

/** How many tasks one may have accepted by oneself that are not funded yet: each of them keeps others away. */
const UNFUNDED_ACCEPTANCES_MAX = 3

export class TaskAlreadyAcceptedError extends DomainError {
  readonly code = 'TASK_ALREADY_ACCEPTED'
  readonly taskId: string
  readonly acceptedAt: Date
  constructor({ taskId, acceptedAt }: { taskId: string; acceptedAt: Date }) {
    super(`Somebody was accepted for this task at ${acceptedAt.toISOString()}.`)
    this.taskId = taskId
    this.acceptedAt = acceptedAt
  }
}

export class AlreadyAppliedError extends DomainError {
  readonly code = 'ALREADY_APPLIED'
  readonly applicationId: string
  constructor({ id, status }: Pick<TaskApplication, 'id' | 'status'>) {
    super(
      status === 'REJECTED'
        ? 'The poster has rejected your application; one applies once to a task.'
        : 'You have applied already. Withdraw that application to make another.',
    )
    this.applicationId = id
  }
}

export class PriceChangedError extends DomainError {
  readonly code = 'PRICE_CHANGED'
  readonly currentPrice: Money
  constructor(currentPrice: Money) {
    super(`The price is ${toDecimal(currentPrice)} ${currentPrice.currencyCode} now. Look at the task again.`)
    this.currentPrice = currentPrice
  }
}

/**
 * Of a task that was published everybody is told why they come too late, so a loser learns the winner's time; but a draft is its
 * poster's, an invitation the invitee's, and an open task of a suspended poster is hidden.
 */
export function refuseUnlessEverPublic<Seen extends OfferedTask>(
  task: Seen | undefined,
  { taskId, callerId }: { taskId: string; callerId: string },
): Seen {
  if (task && (task.posterId === callerId || isOfferedTo(task, callerId))) return task
  throw NotFoundError.of('tsk', taskId)
}

const isOfferedTo = (task: OfferedTask, callerId: string): boolean =>
  task.publishedAt !== null &&
  !(task.status === 'OPEN' && task.posterSuspended) &&
  (task.acceptanceMode !== 'INVITE_ONLY' || task.inviteeId === callerId)

/** The refusal of somebody who was suspended after the request was let in. */
export const accountSuspended = (): ForbiddenError =>
  new ForbiddenError('Your account is suspended.', 'ACCOUNT_SUSPENDED')

/** The refusal of whoever sees the task but did not post it. */
export const notThePoster = (): ForbiddenError => new ForbiddenError('This is for the poster of the task.')

/** The refusal of whoever sees the task but does not do it. */
export const notTheAssignee = (): ForbiddenError =>
  new ForbiddenError('This is for the tasker to whom the task is assigned.')

/** Refuses somebody who would work for themselves. */
export function refuseOwnTask(task: Pick<TaskRow, 'posterId'>, callerId: string): void {
  if (task.posterId === callerId) throw new SelfDealingError('This task is your own.')
}

/** Refuses a client that knows an older version; one that sends none does not mind. */
export function refuseStaleVersion(row: { version: number }, expectedVersion: number | undefined): void {
  if (expectedVersion !== undefined && expectedVersion !== row.version) {
    throw new StaleVersionError({ expected: expectedVersion, actual: row.version })
  }
}

/** Refuses whoever comes after a tasker was accepted, and tells them when that was. */
export function refuseIfAccepted({ id, status, acceptedAt }: Pick<TaskRow, 'id' | 'status' | 'acceptedAt'>): void {
  if (acceptedAt && status !== 'CANCELED') throw new TaskAlreadyAcceptedError({ taskId: id, acceptedAt })
}

/** Refuses once the deadline has passed, in the words that the sweep's EXPIRED would get a moment later. */
export function refuseAfterDeadline(task: Pick<TaskRow, 'deadline'>, at: Date, action: string): void {
  if (isPast(task.deadline, at)) throw new IllegalTransitionError({ from: 'EXPIRED', action, allowed: [] })
}

/** Refuses a price other than the one that the tasker agreed to; one who names none agrees to any. */
export function refuseOtherPrice(currentPrice: Money, expectedPrice: Money | undefined): void {
  if (expectedPrice && !isSameMoney(currentPrice, expectedPrice)) throw new PriceChangedError(currentPrice)
}

/** What somebody did before with this task that keeps them from accepting it by themselves. */
export interface TaskerHistory {
  rejected: boolean
  withdrew: boolean
  lapsed: boolean
}

/** Refuses those whom only the poster can accept again. */
export function refuseByHistory({ rejected, withdrew, lapsed }: TaskerHistory): void {
  if (rejected) throw new ForbiddenError('The poster has rejected your application to this task.')
  if (withdrew) {
    throw new ForbiddenError(
      'You withdrew from this task before. Apply, and the poster may accept you.',
      'WITHDREW_BEFORE',
    )
  }
  if (lapsed) {
    throw new ForbiddenError('Your acceptance lapsed unfunded before. The poster may accept you.', 'LAPSED_BEFORE')
  }
}

/** Refuses the acceptance that makes more than three unfunded ones at once. */
export function refuseTooManyUnfunded(unfundedCount: number): void {
  if (unfundedCount <= UNFUNDED_ACCEPTANCES_MAX) return
  throw new ForbiddenError(
    `You have ${UNFUNDED_ACCEPTANCES_MAX} accepted tasks that wait for their money. Wait for it, or withdraw from one.`,
    'TOO_MANY_UNFUNDED',
  )
}

/** Refuses a deadline that our clock has passed; `path` says where the client finds it. */
export function refusePastDeadline(deadline: Date | null | undefined, at: Date, path: string[]): void {
  if (isPast(deadline, at)) throw new ValidationError([{ path, message: 'This is in the past.' }])
}

/** The deadline itself is already too late. */
export const isPast = (deadline: Date | null | undefined, at: Date): boolean => deadline != null && deadline <= at

/** The budget as an amount. */
export const budgetOf = ({ budgetMinor, currency }: Pick<TaskRow, 'budgetMinor' | 'currency'>): Money => ({
  minorUnits: budgetMinor,
  currencyCode: currency,
})
