/**
 * Refusals of tasks, in order of precedence: not to be seen, not a party, one's own, stale, its status, then what the rule alone
 * knows (a passed deadline, a hold in the way, already applied, a changed price, what the tasker did before, too many unfunded),
 * and last what only the clock or the task itself shows to be wrong with the input. Each function refuses or does nothing.
 */
import type { TaskApplication, TaskStatus } from '../db/generated/client.ts'
import {
  DomainError,
  ForbiddenError,
  type IllegalTransitionError,
  NotFoundError,
  SelfDealingError,
  StaleVersionError,
  ValidationError,
} from '../domain/errors.ts'
import { isSameMoney, type Money, toDecimal } from '../domain/money.ts'
import { illegalAction, type TaskOperation } from './taskStatus.ts'
import type { OfferedTask, TaskRow } from './tasks.sql.ts'

// Nobody plans further ahead, and a mistyped year is noticed.
const DEADLINE_YEARS_MAX = 10

/** How many tasks one may have accepted by oneself that are not funded yet: each of them keeps others away. */
const UNFUNDED_ACCEPTANCES_MAX = 3

export class TaskAlreadyAcceptedError extends DomainError {
  readonly code = 'TASK_ALREADY_ACCEPTED'
  readonly taskId: string
  readonly acceptedAt: Date
  constructor({ taskId, acceptedAt }: { taskId: string; acceptedAt: Date }) {
    super(`Somebody was accepted for this task at ${acceptedAt.toISOString()}. Look for another task.`)
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
        ? 'The poster has rejected your application to this task, so you cannot apply again. Look for another task.'
        : 'You have applied to this task already. Change that application by updateApplication.',
    )
    this.applicationId = id
  }
}

export class PriceChangedError extends DomainError {
  readonly code = 'PRICE_CHANGED'
  readonly currentPrice: Money
  constructor(currentPrice: Money) {
    super(
      `The price is ${toDecimal(currentPrice)} ${currentPrice.currencyCode} now. Read the task again, and expect this price if you agree.`,
    )
    this.currentPrice = currentPrice
  }
}

export class TermsChangedError extends DomainError {
  readonly code = 'TERMS_CHANGED'
  readonly applicationId: string
  constructor(applicationId: string) {
    super(
      'The task has changed since this application was made. It can be accepted once its applicant has confirmed it by updateApplication.',
    )
    this.applicationId = applicationId
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
  new ForbiddenError('Your account is suspended. An administrator can restore it.', 'ACCOUNT_SUSPENDED')

/** The refusal of somebody who sees the task but did not post it. */
export const notThePoster = (): ForbiddenError => new ForbiddenError('Only the poster of the task can do this.')

/** The refusal of somebody who sees the task but was not accepted for it. */
export const notTheAssignee = (): ForbiddenError =>
  new ForbiddenError('Only the tasker who was accepted for the task can do this.')

/** The refusal of another budget than the one that is paid for. */
export const budgetIsPaid = (status: TaskStatus): IllegalTransitionError =>
  illegalAction(
    status,
    'updateTask',
    'A payment for the present budget is under way or held, so the budget stays. Change the rest, or cancel the task and post another.',
  )

/** The refusal of a second payment beside one that is under way or held. */
export const paidAlready = (status: TaskStatus): IllegalTransitionError =>
  illegalAction(
    status,
    'fundTask',
    'A payment for this task is under way or held already. Look at its hold; nothing more is to be paid now.',
  )

/** The refusal to publish or pay for a task that is for somebody who is suspended. */
export const taskerUnavailable = (status: TaskStatus, action: 'publishTask' | 'fundTask'): IllegalTransitionError =>
  illegalAction(
    status,
    action,
    status === 'AWAITING_FUNDS'
      ? 'The tasker is not available any more, so nothing is to be paid in for them. Cancel the task, or wait until it is open again.'
      : 'The person who is invited is not available any more. Invite somebody else by updateTask, or cancel the task.',
  )

/** Refuses to be accepted by oneself where the poster chooses. */
export function refuseChoiceOfPoster({ status, acceptanceMode }: Pick<TaskRow, 'status' | 'acceptanceMode'>): void {
  if (acceptanceMode !== 'POSTER_CHOICE') return
  throw illegalAction(
    status,
    'acceptTask',
    'The poster of this task chooses among applications, so nobody accepts it by themselves. Apply by applyToTask while it is open.',
  )
}

/** Refuses applications to a task that is for one person. */
export function refuseInvitation({ status, acceptanceMode }: Pick<TaskRow, 'status' | 'acceptanceMode'>): void {
  if (acceptanceMode !== 'INVITE_ONLY') return
  throw illegalAction(
    status,
    'applyToTask',
    'This task is by invitation, so nobody applies to it. The person who is invited accepts it by acceptTask.',
  )
}

/** Refuses somebody who would work for themselves. */
export function refuseOwnTask(task: Pick<TaskRow, 'posterId'>, callerId: string): void {
  if (task.posterId === callerId) throw new SelfDealingError('This task is your own: somebody else has to do it.')
}

/** Refuses a client that knows an older version; one that sends none does not mind. */
export function refuseStaleVersion(
  subject: 'task' | 'application',
  { version }: { version: number },
  expectedVersion: number | undefined,
): void {
  if (expectedVersion === undefined || expectedVersion === version) return
  throw new StaleVersionError({ subject, expected: expectedVersion, actual: version })
}

/** Refuses whoever comes after a tasker was accepted, and tells them when that was. */
export function refuseIfAccepted({ id, status, acceptedAt }: Pick<TaskRow, 'id' | 'status' | 'acceptedAt'>): void {
  if (acceptedAt && status !== 'CANCELED') throw new TaskAlreadyAcceptedError({ taskId: id, acceptedAt })
}

/** Refuses once the deadline has passed, in the words that the sweep's EXPIRED would get a moment later. */
export function refuseAfterDeadline(task: Pick<TaskRow, 'deadline'>, at: Date, action: TaskOperation): void {
  if (isPast(task.deadline, at)) throw illegalAction('EXPIRED', action)
}

/** Refuses a price other than the one that the tasker agreed to; one who names none agrees to any. */
export function refuseOtherPrice(currentPrice: Money, expectedPrice: Money | undefined): void {
  if (expectedPrice && !isSameMoney(currentPrice, expectedPrice)) throw new PriceChangedError(currentPrice)
}

/** Refuses an offer in another currency than the task's; only the task shows that the input is wrong. */
export function refuseOtherCurrency(price: Money, { currency }: Pick<TaskRow, 'currency'>): void {
  if (price.currencyCode === currency) return
  const message = `The task is paid in ${currency}. Name the price in it.`
  throw new ValidationError([{ path: ['input', 'price', 'currencyCode'], message }])
}

/** What somebody did before with this task that keeps them from accepting it by themselves. */
export interface TaskerHistory {
  rejected: boolean
  withdrew: boolean
  lapsed: boolean
}

/** Refuses those whom only the poster can accept again. */
export function refuseByHistory({ rejected, withdrew, lapsed }: TaskerHistory): void {
  if (rejected) {
    throw new ForbiddenError('The poster has rejected your application to this task. Look for another task.')
  }
  if (withdrew) {
    throw new ForbiddenError(
      'You withdrew from this task before, so you cannot accept it by yourself. Apply, and the poster may accept you.',
      'WITHDREW_BEFORE',
    )
  }
  if (lapsed) {
    throw new ForbiddenError(
      'Your acceptance of this task lapsed before it was paid for, so you cannot accept it by yourself. The poster may accept your application.',
      'LAPSED_BEFORE',
    )
  }
}

/** Refuses the acceptance that makes more than three unfunded ones at once. */
export function refuseTooManyUnfunded(unfundedCount: number): void {
  if (unfundedCount <= UNFUNDED_ACCEPTANCES_MAX) return
  throw new ForbiddenError(
    `You have accepted ${UNFUNDED_ACCEPTANCES_MAX} tasks that nobody has paid for yet. Wait for that, or withdraw from one.`,
    'TOO_MANY_UNFUNDED',
  )
}

/** Refuses a deadline that our clock has passed, or that is more than ten years ahead; `path` says where the client finds it. */
export function refuseUnfitDeadline(deadline: Date | null | undefined, at: Date, path: string[]): void {
  if (deadline == null) return
  if (isPast(deadline, at))
    throw new ValidationError([{ path, message: 'The deadline is in the past. Name a later one.' }])
  const latest = new Date(at)
  latest.setUTCFullYear(latest.getUTCFullYear() + DEADLINE_YEARS_MAX)
  if (deadline > latest) {
    const message = `The deadline is more than ${DEADLINE_YEARS_MAX} years ahead. Name an earlier one.`
    throw new ValidationError([{ path, message }])
  }
}

/** The deadline itself is already too late. */
export const isPast = (deadline: Date | null | undefined, at: Date): boolean => deadline != null && deadline <= at

/** The budget as an amount. */
export const budgetOf = ({ budgetMinor, currency }: Pick<TaskRow, 'budgetMinor' | 'currency'>): Money => ({
  minorUnits: budgetMinor,
  currencyCode: currency,
})
