/**
 * A model of the whole life of tasks: what each person may do at each moment, which refusal they get otherwise, what changes and what
 * they see. It is written from the rules of the product, without the code of the server.
 */
import { create, EFFECTS, timePasses } from './effects.ts'
import { REVIEW_WITHIN, RULES, refusalOf, sees, seesDispute, seesMatter } from './rules.ts'
import {
  type Action,
  applicationOf,
  holdOf,
  isOutdated,
  isStaff,
  liveHold,
  type Person,
  type Task,
  type Verb,
} from './state.ts'

export const VERBS = ['createTask', 'time', ...Object.keys(RULES)] as readonly Verb[]

/** The refusals that a story can meet. */
export const REFUSALS = [
  'VALIDATION_FAILED',
  'NOT_FOUND',
  'FORBIDDEN',
  'SELF_DEALING',
  'STALE_VERSION',
  'TASK_ALREADY_ACCEPTED',
  'ILLEGAL_TRANSITION',
  'ALREADY_APPLIED',
  'PRICE_CHANGED',
  'WITHDREW_BEFORE',
  'LAPSED_BEFORE',
  'TOO_MANY_UNFUNDED',
  'TERMS_CHANGED',
  'HOLD_FROZEN',
  'INSUFFICIENT_FUNDS',
  'PAYMENT_REFUSED',
] as const

/** The mutation of each action of `Task.availableActions`. */
const ACTIONS = {
  EDIT: 'updateTask',
  PUBLISH: 'publishTask',
  CANCEL: 'cancelTask',
  APPLY: 'applyToTask',
  ACCEPT: 'acceptTask',
  FUND: 'fundTask',
  WITHDRAW: 'withdrawFromTask',
  SUBMIT_WORK: 'submitWork',
  REQUEST_CHANGES: 'requestChanges',
  APPROVE_WORK: 'approveWork',
  OPEN_DISPUTE: 'openDispute',
  REVIEW: 'reviewTask',
} as const

export class Model {
  now = 0
  readonly tasks: Task[] = []

  refusal(action: Action): string | undefined {
    return refusalOf(action, this)
  }

  /** Does an action that is not refused. */
  act(action: Action): void {
    const it = this.tasks[action.task]
    if (action.verb === 'time') this.#advance(this.now + (action.hours ?? 0))
    else if (action.verb === 'createTask') this.tasks.push(create(action, this.now))
    else if (it) EFFECTS[action.verb]?.(it, action, this)
  }

  /** The earnings of a person: to be paid, and paid. Null if they never had any. */
  earningsOf(who: Person) {
    const paid = this.tasks.filter((it) => it.transfer && it.assignee === who)
    const sum = (part: 'payable' | 'transferred') => paid.reduce((all, it) => all + it.trail[part], 0)
    return paid.length > 0 ? { pending: sum('payable'), paid: sum('transferred'), owed: 0 } : null
  }

  /** What a person sees of a task. Null if they do not see it. */
  viewOf(number: number, who: Person) {
    const it = this.tasks[number]
    if (!it || !sees(it, who)) return null
    const { status, version, mode, budget, applications, transfer } = it
    const isTheirs = seesMatter(it, who)
    const accepted = applications.find((one) => one.status === 'ACCEPTED')
    const shown = who === it.poster || isStaff(it, who) ? accepted : applicationOf(it, who)
    const held = isTheirs ? holdOf(it) : undefined
    const isPublished = it.reviewers.length === 2 || this.now >= (it.completedAt ?? Infinity) + REVIEW_WITHIN
    const { applicant, price } = shown ?? {}
    return {
      ...{ status, version, mode, budget, due: dueOf(it) ?? null },
      applicationCount: applications.filter((one) => one.status !== 'WITHDRAWN').length,
      application: shown
        ? { applicant, price, status: shown.status, version: shown.version, isOutdated: isOutdated(it, shown) }
        : null,
      assignee: (isTheirs && it.assignee) || null,
      price: (isTheirs && it.price) || null,
      hold: held
        ? { status: held.status, amount: held.amount, remaining: held.remaining, isFrozen: isFrozen(it, held) }
        : null,
      transfer:
        isTheirs && transfer
          ? { status: transfer.status, net: transfer.net, fee: transfer.fee, reversed: transfer.reversed }
          : null,
      trail: isTheirs ? { ...it.trail, balanced: true } : null,
      dispute: (seesDispute(it, who) && it.dispute?.status) || null,
      reviewers: it.reviewers.filter((reviewer) => isPublished || reviewer === who),
      actions: Object.fromEntries(
        Object.entries(ACTIONS).map(([name, verb]) => [name, this.#blockedBy(verb, number, who)]),
      ),
    }
  }

  /** `ACCEPT` is `acceptApplication` to a poster with pending applications: allowed if any of them can be accepted. */
  #blockedBy(verb: Verb, task: number, who: Person): string | null {
    const it = this.tasks[task]
    const action = { verb, who, task, other: who, yes: true }
    const isChoice = verb === 'acceptTask' && who === it?.poster
    const pending = isChoice ? it.applications.filter((one) => one.status === 'PENDING') : []
    if (pending.length === 0) return this.refusal(action) ?? null
    const refusals = pending.map((one) => this.refusal({ ...action, verb: 'acceptApplication', other: one.applicant }))
    return refusals.includes(undefined) ? null : (refusals[0] ?? null)
  }

  /** Runs what is due up to this time, in its order, each at its own time. */
  #advance(goal: number): void {
    this.#settle()
    const next = this.tasks
      .filter((it) => (dueOf(it) ?? Infinity) <= goal)
      .toSorted((one, other) => (dueOf(one) ?? 0) - (dueOf(other) ?? 0))[0]
    this.now = next ? Math.max(this.now, dueOf(next) ?? 0) : goal
    if (!next) return
    timePasses(next, this.now)
    this.#advance(goal)
  }

  /** The payment provider carries out what was ordered, except out of a frozen hold. */
  #settle(): void {
    for (const it of this.tasks) {
      const orders = it.orders
      it.orders = orders.filter(({ hold }) => isFrozen(it, hold))
      for (const order of orders) if (!isFrozen(it, order.hold)) order.succeed()
    }
  }
}

/** When a task changes by itself. */
const dueOf = (it: Task) => (it.status === 'OPEN' ? it.deadline : it.dueAt)
const isFrozen = (it: Task, hold: Task['holds'][number]) => it.status === 'DISPUTED' && hold === liveHold(it)
