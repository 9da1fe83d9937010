/** What the actions of the model change, in more than one rule. */
import { type Hold, liveHold, lose, pay, refund } from './money.ts'
import { type Application, applicationOf, found, moveTo, type Person, type Task } from './state.ts'

const FUND_WITHIN = 24

export const isAtWork = (it: Task): boolean => ['ASSIGNED', 'SUBMITTED', 'DISPUTED'].includes(it.status)

/** The newest application of a person, which the rule has found. */
export const chosen = (it: Task, applicant: Person): Application => found(applicationOf(it, applicant))
/** The newest payment, which the rule has found. */
export const newestHold = (it: Task) => found(it.holds.at(-1))

export function apply(it: Task, applicant: Person, price: number): Application {
  const application: Application = { applicant, status: 'PENDING', price, version: 1, taskVersion: it.version }
  it.applications.push(application)
  return application
}

export function become(application: Application, status: Application['status']): void {
  application.status = status
  application.version++
}

/** Moves the newest application of each person, unless it is left out. */
function moveAll(it: Task, from: 'PENDING' | 'CLOSED', to: 'PENDING' | 'CLOSED', isMoved = (_: Application) => true) {
  const newest = it.applications.filter((one) => applicationOf(it, one.applicant) === one)
  for (const one of newest) if (one.status === from && isMoved(one)) become(one, to)
}

const isInvited = (it: Task, { applicant }: Application) => it.invitee === undefined || applicant === it.invitee

/** An invitation closes the applications of all but the invitee; without it they are pending again. Returns whether any is. */
export function fitApplications(it: Task): boolean {
  if (it.status !== 'OPEN') return false
  const wereClosed = it.applications.filter(({ status }) => status === 'CLOSED')
  moveAll(it, 'PENDING', 'CLOSED', (one) => !isInvited(it, one))
  moveAll(it, 'CLOSED', 'PENDING', (one) => isInvited(it, one))
  return wereClosed.some(({ status }) => status === 'PENDING')
}

export function accept(
  it: Task,
  application: Application,
  { byTasker, now }: { byTasker: boolean; now: number },
): void {
  const { applicant: assignee, price } = application
  become(application, 'ACCEPTED')
  moveAll(it, 'PENDING', 'CLOSED')
  Object.assign(it, { assignee, price, byTasker })
  const live = liveHold(it)
  const isCovered = live !== undefined && live.remaining >= price
  refund(it, live, live && live.remaining - (isCovered ? price : 0))
  if (isCovered) moveTo(it, 'ASSIGNED')
  else moveTo(it, 'AWAITING_FUNDS', now + FUND_WITHIN)
}

/** The assignee leaves: the task is open again to all whose application it had closed, unless its deadline has passed. */
export function reopen(it: Task, left: 'WITHDRAWN' | 'PENDING', now: number): void {
  const accepted = it.applications.find(({ status }) => status === 'ACCEPTED')
  moveAll(it, 'CLOSED', 'PENDING', (one) => isInvited(it, one))
  if (accepted) become(accepted, left)
  Object.assign(it, { assignee: undefined, price: undefined })
  moveTo(it, 'OPEN')
  if (it.deadline !== undefined && it.deadline <= now) end(it, 'EXPIRED')
}

/** Cancels or expires a task. */
export function end(it: Task, status: string): void {
  moveAll(it, 'PENDING', 'CLOSED')
  refund(it, liveHold(it))
  moveTo(it, status)
}

export const approve = (it: Task, now: number) =>
  complete(it, Math.min(it.price ?? 0, liveHold(it)?.remaining ?? 0), now)

export function complete(it: Task, gross: number, now: number): void {
  pay(it, gross)
  it.completedAt = now
  moveTo(it, 'COMPLETED')
}

/** Returns the status of the task before it. */
export function endDispute(it: Task, status: 'WITHDRAWN' | 'RESOLVED'): string {
  const dispute = found(it.dispute)
  dispute.status = status
  return dispute.from
}

/** A task at work for which nothing is left is canceled. */
export function loseChargeback(it: Task, hold: Hold): void {
  const isUnpaid = isAtWork(it) && hold === liveHold(it)
  lose(it, hold)
  if (!isUnpaid) return
  if (it.status === 'DISPUTED') endDispute(it, 'WITHDRAWN')
  end(it, 'CANCELED')
}

/** An acceptance that is not paid in time, or whose tasker is suspended, lapses. A withdrawal before it weighs more. */
export function lapse(it: Task, now: number): void {
  if (it.assignee) it.before[it.assignee] ??= 'LAPSED_BEFORE'
  reopen(it, 'PENDING', now)
}

/** The deadline passes, an acceptance lapses, or submitted work is approved by itself. */
export function timePasses(it: Task, now: number): void {
  if (it.status === 'OPEN') end(it, 'EXPIRED')
  else if (it.status === 'SUBMITTED') approve(it, now)
  else lapse(it, now)
}
