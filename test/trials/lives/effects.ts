/** What the actions of the model change. */
import { APPROVE_WITHIN, FUND_WITHIN, type Moment } from './rules.ts'
import {
  type Action,
  type Application,
  applicationOf,
  hold,
  holdOf,
  liveHold,
  moveTo,
  NO_MONEY,
  type Person,
  pay,
  refund,
  reverse,
  type Task,
} from './state.ts'

type Effect = (it: Task, action: Action, moment: Moment) => void

/** The effects of the actions that nobody refuses; `fundTask` also records a refused payment. */
export const EFFECTS: Record<string, Effect> = {
  updateTask: (it, { amount, mode, other, hours }, { now }) => {
    it.version++
    if (!mode && amount !== it.budget) it.termsVersion = it.version
    if (amount) it.budget = amount
    else if (hours) it.deadline = now + hours
    else if (mode) Object.assign(it, { mode, invitee: mode === 'INVITE_ONLY' ? other : undefined })
    if (mode === 'INVITE_ONLY') closeOthers(it, other)
  },
  publishTask: (it) => {
    it.isPublished = true
    moveTo(it, 'OPEN')
  },
  cancelTask: (it) => end(it, 'CANCELED'),
  applyToTask: (it, { who, amount }) => void apply(it, who, amount ?? it.budget),
  acceptTask: (it, { who }, { now }) => {
    const own = applicationOf(it, who)
    // A new application is accepted at once, in its first version.
    const accepted = own?.status === 'PENDING' ? own : Object.assign(apply(it, who, it.budget), { version: 0 })
    accepted.price = it.budget
    accept(it, accepted, { byTasker: true, now })
  },
  acceptApplication: (it, action, { now }) => accept(it, applicationIn(it, action), { byTasker: false, now }),
  updateApplication: (it, action) => {
    const application = applicationIn(it, action)
    Object.assign(application, { price: action.amount ?? application.price, taskVersion: it.version })
    application.version++
  },
  withdrawApplication: (it, action) => close(applicationIn(it, action), 'WITHDRAWN'),
  rejectApplication: (it, action) => close(applicationIn(it, action), 'REJECTED'),
  fundTask: (it, { yes }) => {
    hold(it, it.price ?? it.budget, yes ? 'HELD' : 'FAILED')
    if (yes && it.assignee) moveTo(it, 'ASSIGNED')
  },
  withdrawFromTask: (it, { who }, { now }) => {
    it.before[who] = 'WITHDREW_BEFORE'
    reopen(it, 'WITHDRAWN', now)
  },
  submitWork: (it, _, { now }) => moveTo(it, 'SUBMITTED', now + APPROVE_WITHIN),
  requestChanges: (it) => moveTo(it, 'ASSIGNED'),
  approveWork: (it, _, { now }) => approve(it, now),
  openDispute: (it, { who }) => {
    it.dispute = { status: 'OPEN', opener: who, tasker: it.assignee, from: it.status }
    moveTo(it, 'DISPUTED')
  },
  withdrawDispute: (it, _, { now }) => {
    const from = endDispute(it, 'WITHDRAWN')
    moveTo(it, from, from === 'SUBMITTED' ? now + APPROVE_WITHIN : undefined)
  },
  resolveDispute: (it, { amount = 0 }, { now }) => {
    endDispute(it, 'RESOLVED')
    if (amount > 0) complete(it, amount, now)
    else end(it, 'CANCELED')
  },
  refundHold: (it, { amount }) => refund(it, holdOf(it), amount),
  reverseTransfer: (it, { amount = 0, yes }) => reverse(it, amount, Boolean(yes)),
  reviewTask: (it, { who }) => void it.reviewers.push(who),
}

export const create = ({ who, mode = 'FIRST_COME', other, amount = 0, hours, yes }: Action, now: number): Task => ({
  status: yes ? 'OPEN' : 'DRAFT',
  version: 1,
  termsVersion: 1,
  poster: who,
  mode,
  invitee: mode === 'INVITE_ONLY' ? other : undefined,
  budget: amount,
  deadline: hours && now + hours,
  isPublished: Boolean(yes),
  applications: [],
  before: {},
  holds: [],
  reviewers: [],
  trail: { ...NO_MONEY },
  orders: [],
})

/** The deadline passes, an acceptance lapses, or submitted work is approved by itself. */
export function timePasses(it: Task, now: number): void {
  if (it.status === 'OPEN') end(it, 'EXPIRED')
  else if (it.status === 'SUBMITTED') approve(it, now)
  else {
    if (it.assignee) it.before[it.assignee] ??= 'LAPSED_BEFORE'
    reopen(it, 'PENDING', now)
  }
}

function applicationIn(it: Task, { other }: Action): Application {
  const application = applicationOf(it, other)
  if (!application) throw new Error('The rule has found the application.')
  return application
}

function apply(it: Task, applicant: Person, price: number): Application {
  const application: Application = { applicant, status: 'PENDING', price, version: 1, taskVersion: it.version }
  it.applications.push(application)
  return application
}

function close(application: Application, status: Application['status']): void {
  application.status = status
  application.version++
}

function closeOthers(it: Task, but?: Person): void {
  for (const one of it.applications) if (one.status === 'PENDING' && one.applicant !== but) close(one, 'CLOSED')
}

function accept(it: Task, application: Application, { byTasker, now }: { byTasker: boolean; now: number }): void {
  const { applicant: assignee, price } = application
  close(application, 'ACCEPTED')
  closeOthers(it)
  Object.assign(it, { assignee, price, byTasker })
  const live = liveHold(it)
  const isCovered = live !== undefined && live.remaining >= price
  refund(it, live, live && (isCovered ? live.remaining - price : live.remaining))
  if (live && !isCovered) live.isSuperseded = true
  if (isCovered) moveTo(it, 'ASSIGNED')
  else moveTo(it, 'AWAITING_FUNDS', now + FUND_WITHIN)
}

/** The assignee leaves: the task is open again to all whose application it had closed, unless its deadline has passed. */
function reopen(it: Task, left: 'WITHDRAWN' | 'PENDING', now: number): void {
  const accepted = it.applications.find(({ status }) => status === 'ACCEPTED')
  const closed = it.applications.filter((one) => one.status === 'CLOSED' && applicationOf(it, one.applicant) === one)
  if (accepted) close(accepted, left)
  for (const one of closed) close(one, 'PENDING')
  Object.assign(it, { assignee: undefined, price: undefined })
  moveTo(it, 'OPEN')
  if (it.deadline !== undefined && it.deadline <= now) end(it, 'EXPIRED')
}

/** Cancels or expires a task. */
function end(it: Task, status: string): void {
  const live = liveHold(it)
  closeOthers(it)
  refund(it, live)
  if (live) live.isSuperseded = true
  moveTo(it, status)
}

const approve = (it: Task, now: number) => complete(it, Math.min(it.price ?? 0, liveHold(it)?.remaining ?? 0), now)

function complete(it: Task, gross: number, now: number): void {
  pay(it, gross)
  it.completedAt = now
  moveTo(it, 'COMPLETED')
}

function endDispute({ dispute }: Task, status: 'WITHDRAWN' | 'RESOLVED'): string {
  if (!dispute) throw new Error('The rule has found the dispute.')
  dispute.status = status
  return dispute.from
}
