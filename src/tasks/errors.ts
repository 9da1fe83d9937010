/**
 * Refusals of tasks, in order of precedence: not visible, not a party, own task, stale version, status, then the checks of a single
 * rule (passed deadline, live hold, already applied, changed price, history of the tasker, too many unfunded), and last the input
 * errors that only the clock or the task can show. Each `refuse...` function throws or does nothing.
 */
import type { TaskApplication, TaskStatus } from '../db/generated/client.ts'
import {
  DomainError,
  ForbiddenError,
  type IllegalTransitionError,
  NotFoundError,
  SelfDealingError,
  StaleVersionError,
  UNFUNDED_ACCEPTANCES_MAX,
  ValidationError,
} from '../domain/errors.ts'
import { isSameMoney, type Money, toDecimal } from '../domain/money.ts'
import { illegalAction, type TaskOperation } from './taskStatus.ts'
import type { OfferedTask, TaskRow } from './tasks.sql.ts'

// No task is planned further ahead, and a mistyped year is caught.
const DEADLINE_YEARS_MAX = 10

export class TaskAlreadyAcceptedError extends DomainError {
  readonly code = 'TASK_ALREADY_ACCEPTED'
  readonly taskId: string
  readonly acceptedAt: Date
  constructor({ taskId, acceptedAt }: { taskId: string; acceptedAt: Date }) {
    super(`Another tasker was accepted for this task at ${acceptedAt.toISOString()}. Look for another task.`)
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
        ? 'The poster rejected your application for this task, so you cannot apply again. Look for another task.'
        : 'You have already applied for this task. Change your application with updateApplication.',
    )
    this.applicationId = id
  }
}

export class PriceChangedError extends DomainError {
  readonly code = 'PRICE_CHANGED'
  readonly currentPrice: Money
  constructor(currentPrice: Money) {
    super(
      `The price is now ${toDecimal(currentPrice)} ${currentPrice.currencyCode}. Read the task again, and send this price as expectedPrice if you agree.`,
    )
    this.currentPrice = currentPrice
  }
}

export class TermsChangedError extends DomainError {
  readonly code = 'TERMS_CHANGED'
  readonly applicationId: string
  constructor(applicationId: string) {
    super(
      'The terms of the task have changed since the applicant agreed to them. Accept the application after the applicant has confirmed it with updateApplication.',
    )
    this.applicationId = applicationId
  }
}

/**
 * Refuses with NotFoundError a caller to whom the task was never offered: a draft belongs to its poster, an invitation to its
 * invitee, and an open task of a suspended poster is hidden. All others get the specific refusal, so a loser learns the winner's time.
 */
export function refuseUnlessOffered<Seen extends OfferedTask>(
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

/** The refusal of a caller who was suspended after authentication of the request. */
export const accountSuspended = (): ForbiddenError =>
  new ForbiddenError('Your account is suspended. Contact an administrator to restore it.', 'ACCOUNT_SUSPENDED')

/** The refusal of a caller who sees the task but did not post it. */
export const notThePoster = (): ForbiddenError => new ForbiddenError('Only the poster of the task can do this.')

/** The refusal of a caller who sees the task but is not its assignee. */
export const notTheAssignee = (): ForbiddenError => new ForbiddenError('Only the assignee of the task can do this.')

/** The refusal of a caller who sees the task but is neither its poster nor its assignee. */
export const notAParty = (): ForbiddenError =>
  new ForbiddenError('Only the poster and the assignee of the task can do this.')

/** The refusal to change a budget for which a payment is in progress or held. */
export const budgetIsPaid = (status: TaskStatus): IllegalTransitionError =>
  illegalAction(
    status,
    'updateTask',
    'A payment for the current budget is in progress or held, so the budget cannot change. Change the other fields, or cancel the task and post a new one.',
  )

/** The refusal of a second payment while one is in progress or held. */
export const paidAlready = (status: TaskStatus): IllegalTransitionError =>
  illegalAction(
    status,
    'fundTask',
    'A payment for this task is already in progress or held. Read the hold of the task to follow it; do not pay again.',
  )

/** The refusal to publish or fund a task whose invitee or assignee is suspended. */
export const taskerUnavailable = (status: TaskStatus, action: 'publishTask' | 'fundTask'): IllegalTransitionError =>
  illegalAction(
    status,
    action,
    status === 'AWAITING_FUNDS'
      ? 'The tasker is no longer available, so the task cannot be funded. Cancel the task, or wait until it is open again.'
      : 'The invitee is no longer available. Invite another person with updateTask, or cancel the task.',
  )

/** Refuses `acceptTask` on a task whose poster chooses among applications. */
export function refuseChoiceOfPoster({ status, acceptanceMode }: Pick<TaskRow, 'status' | 'acceptanceMode'>): void {
  if (acceptanceMode !== 'POSTER_CHOICE') return
  throw illegalAction(
    status,
    'acceptTask',
    'The poster chooses among applications for this task. Apply with applyToTask while the task is open.',
  )
}

/** Refuses applications to an INVITE_ONLY task. */
export function refuseInvitation({ status, acceptanceMode }: Pick<TaskRow, 'status' | 'acceptanceMode'>): void {
  if (acceptanceMode !== 'INVITE_ONLY') return
  throw illegalAction(
    status,
    'applyToTask',
    'This task is by invitation only. If you are the invitee, accept it with acceptTask.',
  )
}

/** Refuses a poster as the tasker of their own task. */
export function refuseOwnTask(task: Pick<TaskRow, 'posterId'>, callerId: string): void {
  if (task.posterId === callerId)
    throw new SelfDealingError('You cannot apply to or accept your own task. Wait for a tasker.')
}

/** Refuses an outdated `expectedVersion`; undefined skips the check. */
export function refuseStaleVersion(
  subject: 'task' | 'application',
  { version }: { version: number },
  expectedVersion: number | undefined,
): void {
  if (expectedVersion === undefined || expectedVersion === version) return
  throw new StaleVersionError({ subject, expected: expectedVersion, actual: version })
}

/** Refuses a caller who is too late, with the time of the acceptance. */
export function refuseIfAccepted({ id, status, acceptedAt }: Pick<TaskRow, 'id' | 'status' | 'acceptedAt'>): void {
  if (acceptedAt && status !== 'CANCELED') throw new TaskAlreadyAcceptedError({ taskId: id, acceptedAt })
}

/** Refuses after the deadline, with the same error as after the sweep has set the task to EXPIRED. */
export function refuseAfterDeadline(task: Pick<TaskRow, 'deadline'>, at: Date, action: TaskOperation): void {
  if (isPast(task.deadline, at)) throw illegalAction('EXPIRED', action)
}

/** Refuses a price other than `expectedPrice`; undefined accepts any price. */
export function refuseOtherPrice(currentPrice: Money, expectedPrice: Money | undefined): void {
  if (expectedPrice && !isSameMoney(currentPrice, expectedPrice)) throw new PriceChangedError(currentPrice)
}

/** Refuses a price in a currency other than the task's. An input schema cannot check this. */
export function refuseOtherCurrency(price: Money, { currency }: Pick<TaskRow, 'currency'>): void {
  if (price.currencyCode === currency) return
  const message = `The currency of this task is ${currency}. Send the price in ${currency}.`
  throw new ValidationError([{ path: ['input', 'price', 'currencyCode'], message }])
}

/** The events that block a tasker from accepting this task with `acceptTask`. */
export interface TaskerHistory {
  rejected: boolean
  withdrew: boolean
  lapsed: boolean
}

/** Refuses a tasker whom only the poster can accept again. */
export function refuseByHistory({ rejected, withdrew, lapsed }: TaskerHistory): void {
  if (rejected) {
    throw new ForbiddenError('The poster rejected your application for this task. Look for another task.')
  }
  if (withdrew) {
    throw new ForbiddenError(
      'You withdrew from this task before, so you cannot accept it yourself. Apply with applyToTask; the poster can accept your application.',
      'WITHDREW_BEFORE',
    )
  }
  if (lapsed) {
    throw new ForbiddenError(
      'Your acceptance of this task lapsed because the task was not funded, so you cannot accept it yourself. The poster can accept your application.',
      'LAPSED_BEFORE',
    )
  }
}

/** Refuses an acceptance that would give the tasker a fourth unfunded task; `unfundedCount` includes this acceptance. */
export function refuseTooManyUnfunded(unfundedCount: number): void {
  if (unfundedCount <= UNFUNDED_ACCEPTANCES_MAX) return
  throw new ForbiddenError(
    `You have accepted ${UNFUNDED_ACCEPTANCES_MAX} tasks that are not funded yet. Wait until one is funded, or withdraw from one with withdrawFromTask.`,
    'TOO_MANY_UNFUNDED',
  )
}

/** Refuses a deadline in the past or more than ten years ahead, by the clock of the server; `path` is its place in the input. */
export function refuseUnfitDeadline(deadline: Date | null | undefined, at: Date, path: string[]): void {
  if (deadline == null) return
  if (isPast(deadline, at))
    throw new ValidationError([{ path, message: 'The deadline is in the past. Send a later one.' }])
  const latest = new Date(at)
  latest.setUTCFullYear(latest.getUTCFullYear() + DEADLINE_YEARS_MAX)
  if (deadline > latest) {
    const message = `The deadline is more than ${DEADLINE_YEARS_MAX} years ahead. Send an earlier one.`
    throw new ValidationError([{ path, message }])
  }
}

/** True at the deadline and after it. */
export const isPast = (deadline: Date | null | undefined, at: Date): boolean => deadline != null && deadline <= at

export const budgetOf = ({ budgetMinor, currency }: Pick<TaskRow, 'budgetMinor' | 'currency'>): Money => ({
  minorUnits: budgetMinor,
  currencyCode: currency,
})

export const priceOf = ({ priceMinor, currency }: Pick<TaskApplication, 'priceMinor' | 'currency'>): Money => ({
  minorUnits: priceMinor,
  currencyCode: currency,
})
