/** The rules of the model: who may do what in which status, and the refusals that only one rule knows. */
import {
  type Action,
  applicationOf,
  FINANCE,
  feeOf,
  holdOf,
  isOutdated,
  isParty,
  isStaff,
  liveHold,
  type Person,
  type Task,
} from './state.ts'

export const FUND_WITHIN = 24
export const APPROVE_WITHIN = 5 * 24
export const REVIEW_WITHIN = 14 * 24
const UNFUNDED_MAX = 3

/** By whom, on what, in which statuses of it. */
export const RULES = {
  updateTask: 'poster task DRAFT OPEN',
  publishTask: 'poster task DRAFT',
  cancelTask: 'poster task DRAFT OPEN AWAITING_FUNDS',
  applyToTask: 'tasker task OPEN',
  acceptTask: 'tasker task OPEN',
  fundTask: 'poster task OPEN AWAITING_FUNDS',
  withdrawFromTask: 'assignee task AWAITING_FUNDS ASSIGNED',
  submitWork: 'assignee task ASSIGNED',
  requestChanges: 'poster task SUBMITTED',
  approveWork: 'poster task SUBMITTED',
  openDispute: 'party task ASSIGNED SUBMITTED',
  reviewTask: 'party task COMPLETED',
  updateApplication: 'applicant application PENDING',
  withdrawApplication: 'applicant application PENDING',
  rejectApplication: 'poster application PENDING',
  acceptApplication: 'poster application PENDING',
  withdrawDispute: 'opener dispute OPEN',
  resolveDispute: 'staff dispute OPEN',
  refundHold: 'staff hold HELD',
  reverseTransfer: 'staff transfer SUCCEEDED',
} as const

export const isBy: Record<string, (it: Task, action: Action) => boolean> = {
  poster: (it, { who }) => who === it.poster,
  assignee: (it, { who }) => who === it.assignee,
  party: (it, { who }) => isParty(it, who),
  tasker: () => true,
  applicant: (_, { who, other }) => who === other,
  opener: (it, { who }) => who === it.dispute?.opener,
  staff: (it, { who }) => isStaff(it, who),
}

/** What an action is about, if its caller may know of it. */
export function subjectOf(it: Task, { verb, who, other }: Action) {
  const [by, kind] = RULES[verb as keyof typeof RULES].split(' ')
  if (by === 'tasker') return isOfferedTo(it, who) ? it : undefined
  if (kind === 'task') return sees(it, who) ? it : undefined
  if (kind === 'application') {
    return who === other || who === it.poster || isStaff(it, who) ? applicationOf(it, other) : undefined
  }
  if (kind === 'dispute') return by === 'staff' || seesDispute(it, who) ? it.dispute : undefined
  return kind === 'hold' ? holdOf(it) : it.transfer
}

/** Whether a person may ever have taken this task: a loser learns that it is taken, others nothing. */
const isOfferedTo = (it: Task, who: Person): boolean =>
  who === it.poster || (it.isPublished && (it.mode !== 'INVITE_ONLY' || who === it.invitee))

export function sees(it: Task, who: Person): boolean {
  if (who === it.poster || it.status === 'DRAFT') return who === it.poster
  if (it.status === 'OPEN') return it.mode !== 'INVITE_ONLY' || who === it.invitee
  return who === it.assignee || applicationOf(it, who) !== undefined || isStaff(it, who)
}

/** Whether a person who sees a task also sees its assignee and its money. */
export const seesMatter = (it: Task, who: Person): boolean => isParty(it, who) || isStaff(it, who)
/** A dispute stays with the tasker whom it was about. */
export const seesDispute = (it: Task, who: Person): boolean =>
  who === it.poster || who === it.dispute?.tasker || isStaff(it, who)

/** The moment of a story in which a rule looks at a task. */
export interface Moment {
  now: number
  tasks: readonly Task[]
}
type Refuse = (it: Task, action: Action, moment: Moment) => string | false | undefined

/** The rule of the fee, which the clock may change, decides the least price: it must leave something to the tasker. */
const refuseLow = (price?: number) =>
  price !== undefined && price <= feeOf(price) ? ('VALIDATION_FAILED' as const) : undefined

/** The refusals after the status: what a single rule knows. */
export const LAST: Partial<Record<string, Refuse>> = {
  updateTask: (it, { amount = it.budget }) =>
    amount !== it.budget && (liveHold(it) ? 'ILLEGAL_TRANSITION' : refuseLow(amount)),
  publishTask: (it, _, { now }) => it.deadline !== undefined && it.deadline <= now && 'VALIDATION_FAILED',
  applyToTask: (it, { who, amount }) =>
    ['PENDING', 'REJECTED'].includes(applicationOf(it, who)?.status ?? '') ? 'ALREADY_APPLIED' : refuseLow(amount),
  acceptTask: (it, { who, amount }, { tasks }) => {
    if (amount !== undefined && amount !== it.budget) return refuseLow(amount) ?? 'PRICE_CHANGED'
    if (applicationOf(it, who)?.status === 'REJECTED') return 'FORBIDDEN'
    if (it.before[who]) return it.before[who]
    const waiting = tasks.filter((one) => one.status === 'AWAITING_FUNDS' && one.assignee === who && one.byTasker)
    return waiting.length >= UNFUNDED_MAX && (liveHold(it)?.remaining ?? 0) < it.budget && 'TOO_MANY_UNFUNDED'
  },
  updateApplication: (_, { amount }) => refuseLow(amount),
  acceptApplication: (it, { other }) => {
    const application = applicationOf(it, other)
    return application && isOutdated(it, application) && 'TERMS_CHANGED'
  },
  fundTask: (it, { yes }) => (liveHold(it) ? 'ILLEGAL_TRANSITION' : !yes && 'PAYMENT_REFUSED'),
  reviewTask: (it, { who }, { now }) =>
    (it.reviewers.includes(who) || now >= (it.completedAt ?? 0) + REVIEW_WITHIN) && 'ILLEGAL_TRANSITION',
  resolveDispute: (it, { amount = 0 }) => amount > (liveHold(it)?.remaining ?? 0) && 'INSUFFICIENT_FUNDS',
  refundHold: (it, { amount = 0 }) => {
    if (it.status === 'DISPUTED') return 'HOLD_FROZEN'
    const least = it.status === 'ASSIGNED' || it.status === 'SUBMITTED' ? 1 : 0
    return amount > (holdOf(it)?.remaining ?? 0) - least && 'INSUFFICIENT_FUNDS'
  },
  reverseTransfer: ({ transfer }, { amount = 0 }) =>
    transfer && amount > transfer.net - transfer.reversing && 'INSUFFICIENT_FUNDS',
}

/** Predicts the refusal of an action, in the fixed order of refusals. Undefined: it succeeds. */
export function refusalOf(action: Action, moment: Moment): string | undefined {
  const { verb, who, amount, expected } = action
  if (verb === 'time') return undefined
  if (verb === 'createTask') return refuseLow(amount)
  const [by = '', , ...from] = RULES[verb].split(' ')
  if (by === 'staff' && who !== FINANCE) return 'FORBIDDEN'
  const it = moment.tasks[action.task]
  const subject = it && subjectOf(it, action)
  if (!it || !subject) return 'NOT_FOUND'
  if (!isBy[by]?.(it, action)) return 'FORBIDDEN'
  if (by === 'tasker' && who === it.poster) return 'SELF_DEALING'
  const versioned = verb === 'updateApplication' ? it : subject
  if (expected !== undefined && 'version' in versioned && expected !== versioned.version) return 'STALE_VERSION'
  if (verb === 'applyToTask' && it.mode === 'INVITE_ONLY') return 'ILLEGAL_TRANSITION'
  if (verb === 'acceptTask' && it.mode === 'POSTER_CHOICE') return 'ILLEGAL_TRANSITION'
  if (!from.includes(subject.status)) {
    const isTaken =
      it.assignee && it.status !== 'CANCELED' && (by === 'tasker' || /^(accept|update)Application/.test(verb))
    return isTaken ? 'TASK_ALREADY_ACCEPTED' : 'ILLEGAL_TRANSITION'
  }
  return LAST[verb]?.(it, action, moment) || undefined
}
