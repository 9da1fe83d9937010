/** The rules of the model, one entry for each action: by whom, on what, in which statuses, what refuses it then, and what it changes. */

import {
  accept,
  apply,
  approve,
  become,
  chosen,
  complete,
  end,
  endDispute,
  fitApplications,
  isAtWork,
  loseChargeback,
  newestHold,
  reopen,
} from './changes.ts'
import type { Model } from './model.ts'
import { chargeBack, feeOf, holdOf, isFrozen, liveHold, payIn, refund, reverse } from './money.ts'
import {
  type Action,
  ADMIN,
  applicationOf,
  FINANCE,
  found,
  isOutdated,
  isParty,
  isStaff,
  moveTo,
  type Person,
  type Task,
} from './state.ts'

const APPROVE_WITHIN = 5 * 24
export const REVIEW_WITHIN = 14 * 24
const UNFUNDED_MAX = 3

/** The refusals that a story can meet. */
export const REFUSALS =
  `UNAUTHENTICATED VALIDATION_FAILED NOT_FOUND FORBIDDEN SELF_DEALING STALE_VERSION TASK_ALREADY_ACCEPTED
  ILLEGAL_TRANSITION ALREADY_APPLIED PRICE_CHANGED WITHDREW_BEFORE LAPSED_BEFORE TOO_MANY_UNFUNDED TERMS_CHANGED HOLD_FROZEN
  INSUFFICIENT_FUNDS PAYMENT_REFUSED`.split(/\s+/)

interface Rule {
  /** Who may do it, on what, in which statuses of it. */
  may: string
  /** Another mode of the task is refused like another status, but before it. */
  modes?: string
  /** After the status: the refusals that only this rule knows, in their order. */
  refuse?(it: Task, action: Action, model: Model): [isRefused: boolean | undefined, code: string][]
  change(it: Task, action: Action, model: Model): void
}

/** What a price has to leave to the tasker after the fee. */
const isLow = (price?: number): boolean => price !== undefined && price <= feeOf(price)
const isUnfunded = (it: Task, who: string) => it.status === 'AWAITING_FUNDS' && it.assignee === who && it.byTasker
const isEndedReview = (it: Task, now: number) => now >= (it.completedAt ?? Infinity) + REVIEW_WITHIN

export const RULES = {
  updateTask: {
    may: 'poster task DRAFT OPEN',
    refuse: (it, { amount = it.budget }) => [
      [amount !== it.budget && liveHold(it) !== undefined, 'ILLEGAL_TRANSITION'],
      [amount !== it.budget && isLow(amount), 'VALIDATION_FAILED'],
    ],
    change(it, { amount, mode, other, hours }, { now }) {
      it.version++
      // Texts, budget and deadline are terms; the mode is not.
      const isSame = amount ? amount === it.budget : hours ? now + hours === it.deadline : mode
      if (!isSame) it.termsVersion = it.version
      if (amount) it.budget = amount
      else if (hours) it.deadline = now + hours
      else if (mode) Object.assign(it, { mode, invitee: mode === 'INVITE_ONLY' ? other : undefined })
      // Whose application an invitation had closed has agreed to nothing since.
      if (mode && fitApplications(it)) it.termsVersion = it.version
    },
  },
  publishTask: {
    may: 'poster task DRAFT',
    refuse: (it, _, { now, isSuspended }) => [
      [isSuspended(it.invitee), 'ILLEGAL_TRANSITION'],
      [it.deadline !== undefined && it.deadline <= now, 'VALIDATION_FAILED'],
    ],
    change(it) {
      it.isPublished = true
      moveTo(it, 'OPEN')
    },
  },
  cancelTask: { may: 'poster task DRAFT OPEN AWAITING_FUNDS', change: (it) => end(it, 'CANCELED') },
  applyToTask: {
    may: 'tasker task OPEN',
    modes: 'FIRST_COME POSTER_CHOICE',
    refuse: (it, { who, amount }) => [
      [!['WITHDRAWN', undefined].includes(applicationOf(it, who)?.status), 'ALREADY_APPLIED'],
      [isLow(amount), 'VALIDATION_FAILED'],
    ],
    change: (it, { who, amount = it.budget }) => void apply(it, who as Person, amount),
  },
  acceptTask: {
    may: 'tasker task OPEN',
    modes: 'FIRST_COME INVITE_ONLY',
    refuse: (it, { who, amount }, { tasks }) => [
      [isLow(amount), 'VALIDATION_FAILED'],
      [amount !== undefined && amount !== it.budget, 'PRICE_CHANGED'],
      [applicationOf(it, who)?.status === 'REJECTED', 'FORBIDDEN'],
      [it.before[who as Person] === 'WITHDREW_BEFORE', 'WITHDREW_BEFORE'],
      [it.before[who as Person] === 'LAPSED_BEFORE', 'LAPSED_BEFORE'],
      [
        [...tasks.values()].filter((one) => isUnfunded(one, who)).length >= UNFUNDED_MAX &&
          (liveHold(it)?.remaining ?? 0) < it.budget,
        'TOO_MANY_UNFUNDED',
      ],
    ],
    change(it, { who }, { now }) {
      const own = applicationOf(it, who)
      // A new application is accepted at once, in its first version.
      const accepted = own?.status === 'PENDING' ? own : { ...apply(it, who as Person, it.budget), version: 0 }
      if (accepted !== own) it.applications[it.applications.length - 1] = accepted
      // The tasker agrees to the budget and the terms of now.
      accept(it, Object.assign(accepted, { price: it.budget, taskVersion: it.version }), { byTasker: true, now })
    },
  },
  acceptApplication: {
    may: 'poster application PENDING',
    refuse: (it, { other }) => [[isOutdated(it, chosen(it, other)), 'TERMS_CHANGED']],
    change: (it, { other }, { now }) => accept(it, chosen(it, other), { byTasker: false, now }),
  },
  updateApplication: {
    may: 'applicant application PENDING',
    refuse: (_, { amount }) => [[isLow(amount), 'VALIDATION_FAILED']],
    change(it, { other, amount }) {
      const application = chosen(it, other)
      application.version++
      Object.assign(application, { price: amount ?? application.price, taskVersion: it.version })
    },
  },
  withdrawApplication: {
    may: 'applicant application PENDING',
    change: (it, { other }) => become(chosen(it, other), 'WITHDRAWN'),
  },
  rejectApplication: {
    may: 'poster application PENDING',
    change: (it, { other }) => become(chosen(it, other), 'REJECTED'),
  },
  fundTask: {
    may: 'poster task OPEN AWAITING_FUNDS',
    refuse: (it, { yes }, { isSuspended }) => [
      [liveHold(it) !== undefined, 'ILLEGAL_TRANSITION'],
      [it.status === 'OPEN' && isSuspended(it.invitee), 'ILLEGAL_TRANSITION'],
      [!yes, 'PAYMENT_REFUSED'],
    ],
    // A refused payment is kept, too.
    change(it, { yes }) {
      payIn(it, it.price ?? it.budget, yes ? 'HELD' : 'FAILED')
      if (yes && it.assignee) moveTo(it, 'ASSIGNED')
    },
  },
  withdrawFromTask: {
    may: 'assignee task AWAITING_FUNDS ASSIGNED',
    change(it, { who }, { now }) {
      it.before[who as Person] = 'WITHDREW_BEFORE'
      reopen(it, 'WITHDRAWN', now)
    },
  },
  submitWork: {
    may: 'assignee task ASSIGNED',
    change: (it, _, { now }) => moveTo(it, 'SUBMITTED', now + APPROVE_WITHIN),
  },
  requestChanges: { may: 'poster task SUBMITTED', change: (it) => moveTo(it, 'ASSIGNED') },
  approveWork: {
    may: 'poster task SUBMITTED',
    refuse: (it) => [[isFrozen(it, liveHold(it)), 'HOLD_FROZEN']],
    change: (it, _, { now }) => approve(it, now),
  },
  openDispute: {
    may: 'party task ASSIGNED SUBMITTED',
    change(it, { who }) {
      if (it.dispute) it.earlierDisputes.push(it.dispute)
      it.dispute = { status: 'OPEN', opener: who as Person, tasker: it.assignee as Person, from: it.status }
      moveTo(it, 'DISPUTED')
    },
  },
  withdrawDispute: {
    may: 'opener dispute OPEN',
    change(it, _, { now }) {
      const from = endDispute(it, 'WITHDRAWN')
      moveTo(it, from, from === 'SUBMITTED' ? now + APPROVE_WITHIN : undefined)
    },
  },
  resolveDispute: {
    may: 'staff dispute OPEN',
    refuse: (it, { amount = 0 }) => [
      [amount > (liveHold(it)?.remaining ?? 0), 'INSUFFICIENT_FUNDS'],
      [liveHold(it)?.chargeback?.status === 'OPEN', 'HOLD_FROZEN'],
    ],
    change(it, { amount = 0 }, { now }) {
      endDispute(it, 'RESOLVED')
      if (amount > 0) complete(it, amount, now)
      else end(it, 'CANCELED')
    },
  },
  reviewTask: {
    may: 'party task COMPLETED',
    refuse: (it, { who }, { now }) => [
      [it.reviewers.includes(who as Person) || isEndedReview(it, now), 'ILLEGAL_TRANSITION'],
    ],
    change: (it, { who }) => void it.reviewers.push(who as Person),
  },
  refundHold: {
    may: 'staff hold HELD',
    refuse: (it, { amount = 0 }) => [
      [isFrozen(it, holdOf(it)), 'HOLD_FROZEN'],
      // Something must be left for a tasker at work.
      [amount > (holdOf(it)?.remaining ?? 0) - (isAtWork(it) ? 1 : 0), 'INSUFFICIENT_FUNDS'],
    ],
    change: (it, { amount }) => refund(it, holdOf(it), amount),
  },
  reverseTransfer: {
    may: 'staff transfer SUCCEEDED',
    refuse: ({ transfer }, { amount = 0 }) => [
      [amount > (transfer?.net ?? 0) - (transfer?.reversing ?? 0), 'INSUFFICIENT_FUNDS'],
    ],
    change: (it, { amount = 0, yes }) => reverse(it, amount, Boolean(yes)),
  },
  openSandboxChargeback: {
    may: 'admin payment HELD RELEASED REFUNDED',
    refuse: (it) => [[['OPEN', 'LOST'].includes(it.holds.at(-1)?.chargeback?.status ?? ''), 'VALIDATION_FAILED']],
    change: (it, _, { now }) => chargeBack(it, newestHold(it), now),
  },
  decideSandboxChargeback: {
    may: 'admin chargeback OPEN',
    change(it, { yes }, { now }) {
      const hold = found(it.holds.findLast((one) => one.chargeback))
      // While money of the hold is on its way back from the tasker, the loss waits until it has arrived.
      const isWaiting = it.orders.some((order) => order.kind === 'reversal' && order.hold === hold)
      if (hold.chargeback && yes) hold.chargeback.status = 'WON'
      else if (hold.chargeback && isWaiting) Object.assign(hold.chargeback, { lostAt: now, isDecided: true })
      else loseChargeback(it, hold)
    },
  },
} satisfies Record<string, Rule>

export type Verb = keyof typeof RULES | 'createTask' | 'time' | 'suspendUser' | 'restoreUser'

/** Predicts the refusal of an action, in the fixed order of refusals. Undefined: it succeeds. */
export function refusalOf(action: Action, model: Model): string | undefined {
  const { verb, who, other, amount } = action
  const { tasks, isSuspended } = model
  if (isSuspended(who)) return 'UNAUTHENTICATED'
  const isInvitation = (verb === 'createTask' || verb === 'updateTask') && action.mode === 'INVITE_ONLY'
  if (isInvitation && isSuspended(other)) return 'NOT_FOUND'
  if (verb === 'createTask') return isLow(amount) ? 'VALIDATION_FAILED' : undefined
  const [by = '', , ...from] = wordsOf(verb)
  if ((by === 'admin' && who !== ADMIN) || (by === 'staff' && who !== FINANCE)) return 'FORBIDDEN'
  if (verb === 'time') return undefined
  if (verb === 'suspendUser' || verb === 'restoreUser') {
    return isSuspended(other) === (verb === 'suspendUser') ? 'ILLEGAL_TRANSITION' : undefined
  }
  const rule: Rule = RULES[verb]
  const it = tasks.get(action.task)
  const subject = it && subjectOf(it, action, model)
  if (!it || !subject) return 'NOT_FOUND'
  if (!isBy[by]?.(it, action)) return 'FORBIDDEN'
  if (by === 'tasker' && who === it.poster) return 'SELF_DEALING'
  if (action.expected === 'STALE') return 'STALE_VERSION'
  if (rule.modes?.includes(it.mode) === false) return 'ILLEGAL_TRANSITION'
  if (!from.includes(subject.status)) {
    const isForOne = by === 'tasker' || verb === 'acceptApplication' || verb === 'updateApplication'
    return isForOne && it.assignee && it.status !== 'CANCELED' ? 'TASK_ALREADY_ACCEPTED' : 'ILLEGAL_TRANSITION'
  }
  return rule.refuse?.(it, action, model).find(([isRefused]) => isRefused)?.[1]
}

/** By whom, on what, in which statuses. */
export const wordsOf = (verb: Verb): string[] =>
  (verb in RULES ? RULES[verb as keyof typeof RULES].may : 'admin').split(' ')

export const isBy: Record<string, (it: Task, action: Action) => boolean> = {
  poster: (it, { who }) => who === it.poster,
  assignee: (it, { who }) => who === it.assignee,
  party: (it, { who }) => isParty(it, who),
  tasker: () => true,
  applicant: (_, { who, other }) => who === other,
  opener: (it, { who }) => who === it.dispute?.opener,
  staff: (it, { who }) => isStaff(it, who),
  admin: () => true,
}

/** What an action is about, if its caller may know of it. */
function subjectOf(it: Task, { verb, who, other }: Action, model: Model): { status: string } | undefined {
  const [by, kind] = wordsOf(verb)
  const application = applicationOf(it, other)
  const isHidden = application?.status === 'PENDING' && model.isSuspended(other)
  const payment = it.holds.at(-1)?.status === 'FAILED' ? undefined : it.holds.at(-1)
  const chargeback = it.holds.findLast((hold) => hold.chargeback)?.chargeback
  switch (kind) {
    case 'task':
      return (by === 'tasker' ? isOfferedTo(it, who, model) : sees(it, who, model)) ? it : undefined
    case 'application':
      return who === other || (who === it.poster && !isHidden) || isStaff(it, who) ? application : undefined
    case 'dispute':
      return by === 'staff' || seesDispute(it, who) ? it.dispute : undefined
    case 'transfer':
      return it.transfer
    case 'hold':
      return holdOf(it)
    default:
      // The bank decides once, even if the loss still waits.
      return kind === 'payment' ? payment : chargeback?.isDecided ? { status: 'LOST' } : chargeback
  }
}

/** An open task of a suspended poster is hidden from all others. */
const isHidden = (it: Task, who: string, { isSuspended }: Model): boolean =>
  it.status === 'OPEN' && who !== it.poster && isSuspended(it.poster)

/**
 * Whether a person may ever have taken this task: a loser learns that it is taken, others nothing. A public task that has become an
 * invitation is unknown to all but its invitee again, because who sees it is decided by its mode of today, also for those who saw it before.
 */
const isOfferedTo = (it: Task, who: string, model: Model): boolean =>
  who === it.poster ||
  (it.isPublished && !isHidden(it, who, model) && (it.mode !== 'INVITE_ONLY' || who === it.invitee))

export function sees(it: Task, who: string, model: Model): boolean {
  if (who === it.poster || it.status === 'DRAFT') return who === it.poster
  if (it.status === 'OPEN') return isOfferedTo(it, who, model)
  return who === it.assignee || applicationOf(it, who) !== undefined || isStaff(it, who)
}

/** A dispute stays with the tasker whom it was about. */
export const seesDispute = (it: Task, who: string, dispute = it.dispute): boolean =>
  who === it.poster || who === dispute?.tasker || isStaff(it, who)
