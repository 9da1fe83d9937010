/**
 * A model of the whole life of tasks: what each person may do at each moment, which refusal they get otherwise, what changes and what
 * they see. It is written from the rules of the product, without the code of the server.
 */
import { lapse, loseChargeback, timePasses } from './changes.ts'
import { holdOf, isFrozen, NO_MONEY } from './money.ts'
import { REVIEW_WITHIN, RULES, refusalOf, sees, seesDispute, type Verb } from './rules.ts'
import { type Action, applicationOf, isOutdated, isParty, isStaff, type Person, type Task } from './state.ts'

export const VERBS = [...Object.keys(RULES), 'createTask', 'time', 'suspendUser', 'restoreUser'] as readonly Verb[]

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
  readonly tasks = new Map<number, Task>()
  readonly #suspended = new Set<string>()

  readonly isSuspended = (who: string | undefined): boolean => who !== undefined && this.#suspended.has(who)

  refusal(action: Action): string | undefined {
    return refusalOf(action, this)
  }

  /** Does an action that is not refused. */
  act(action: Action): void {
    const { verb, other, task: number } = action
    const it = this.tasks.get(number)
    if (verb === 'time') this.#advance(this.now + (action.hours ?? 0))
    else if (verb === 'createTask') this.tasks.set(number, create(action, this.now))
    else if (verb === 'restoreUser') this.#suspended.delete(other)
    else if (verb === 'suspendUser') {
      this.#suspended.add(other)
      const unfunded = this.#all().filter(({ status, assignee }) => status === 'AWAITING_FUNDS' && assignee === other)
      for (const one of unfunded) lapse(one, this.now)
    } else if (it) RULES[verb].change(it, action, this)
  }

  /** The earnings of a person: to be paid, paid, and owed after chargebacks. Null if they never had any. */
  earningsOf(who: Person) {
    const paid = this.#all().filter(({ transfer }) => transfer?.payee === who)
    const sum = (amount: (it: Task) => number) => paid.reduce((all, it) => all + amount(it), 0)
    return paid.length === 0
      ? null
      : {
          pending: sum(({ trail }) => trail.payable),
          paid: sum(({ trail }) => trail.transferred),
          owed: sum(({ transfer }) => transfer?.hold.debt ?? 0),
        }
  }

  /** What a person sees of a task. Null if they do not see it. */
  viewOf(number: number, who: Person) {
    const it = this.tasks.get(number)
    if (!it || !sees(it, who, this)) return null
    const { status, version, mode, budget, applications, transfer } = it
    const isTheirs = isParty(it, who) || isStaff(it, who)
    const accepted = applications.find((one) => one.status === 'ACCEPTED')
    const shown = who === it.poster || isStaff(it, who) ? accepted : applicationOf(it, who)
    const held = isTheirs ? holdOf(it) : undefined
    const isPublished = it.reviewers.length === 2 || this.now >= (it.completedAt ?? Infinity) + REVIEW_WITHIN
    const pick = <Shown, Part>(one: Shown | false | undefined, part: (one: Shown) => Part) => (one ? part(one) : null)
    return {
      ...{ status, version, mode, budget, due: dueOf(it) ?? null },
      applicationCount: applications.filter((one) => one.status !== 'WITHDRAWN').length,
      application: pick(shown, (one) => {
        const { applicant, price, status, version } = one
        return { applicant, price, status, version, isOutdated: isOutdated(it, one) }
      }),
      assignee: (isTheirs && it.assignee) || null,
      price: (isTheirs && it.price) || null,
      hold: pick(held, ({ status, amount, remaining, chargeback }) => {
        const isTold = who === it.poster || who === chargeback?.tasker || isStaff(it, who)
        const told = (isTold && chargeback?.status) || null
        return { status, amount, remaining, isFrozen: isFrozen(it, held), chargeback: told }
      }),
      transfer: pick(isTheirs && transfer, ({ status, net, fee, reversed }) => ({ status, net, fee, reversed })),
      trail: pick(isTheirs && it.trail, (trail) => ({ ...trail, balanced: true })),
      dispute: [...it.earlierDisputes, it.dispute].findLast((one) => one && seesDispute(it, who, one))?.status ?? null,
      reviewers: it.reviewers.filter((reviewer) => isPublished || reviewer === who),
      actions: Object.fromEntries(
        Object.entries(ACTIONS).map(([name, verb]) => [name, this.#blockedBy(verb, number, who)]),
      ),
    }
  }

  #all(): Task[] {
    return [...this.tasks.values()]
  }

  /** `ACCEPT` is `acceptApplication` to a poster with pending applications: allowed if any of them can be accepted. */
  #blockedBy(verb: Verb, task: number, who: Person): string | null {
    const it = this.tasks.get(task)
    const action = { verb, who, task, other: who, yes: true }
    const isChoice = verb === 'acceptTask' && who === it?.poster
    const isOffered = ({ status, applicant }: Task['applications'][number]) =>
      status === 'PENDING' && !this.isSuspended(applicant)
    const pending = isChoice ? it.applications.filter(isOffered) : []
    if (pending.length === 0) return this.refusal(action) ?? null
    const refusals = pending.map((one) => this.refusal({ ...action, verb: 'acceptApplication', other: one.applicant }))
    return refusals.includes(undefined) ? null : (refusals[0] ?? null)
  }

  /** Runs what is due up to this time, in its order, each at its own time. */
  #advance(goal: number): void {
    this.#settle()
    const next = this.#all()
      .flatMap(timersOf)
      .filter(({ at }) => at <= goal)
      .toSorted((one, other) => one.at - other.at)[0]
    this.now = next ? Math.max(this.now, next.at) : goal
    next?.run(this.now)
    if (next) this.#advance(goal)
  }

  /** The payment provider carries out what was ordered. A frozen hold lets nothing out, and a suspended person is not paid. */
  #settle(): void {
    for (const it of this.#all()) {
      const waits = ({ kind, hold }: Task['orders'][number]) =>
        kind !== 'reversal' && (isFrozen(it, hold) || (kind === 'transfer' && this.isSuspended(it.assignee)))
      const orders = it.orders
      it.orders = orders.filter(waits)
      for (const order of orders) if (!it.orders.includes(order)) order.succeed()
    }
  }
}

const create = ({ who, mode = 'FIRST_COME', other, amount = 0, hours, yes }: Action, now: number): Task => ({
  status: yes ? 'OPEN' : 'DRAFT',
  version: 1,
  termsVersion: 1,
  poster: who as Person,
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
  earlierDisputes: [],
})

/** When a task changes by itself. Work is not approved while its money is frozen. */
const dueOf = (it: Task) => (it.status === 'OPEN' ? it.deadline : it.dueAt)

function timersOf(it: Task): { at: number; run(now: number): void }[] {
  const isWaiting = it.status === 'SUBMITTED' && isFrozen(it, holdOf(it))
  const ownAt = isWaiting ? undefined : dueOf(it)
  const open = it.holds.filter((hold) => hold.chargeback?.status === 'OPEN')
  return [
    ...(ownAt === undefined ? [] : [{ at: ownAt, run: (now: number) => timePasses(it, now) }]),
    ...open.map((hold) => ({ at: hold.chargeback?.lostAt ?? Infinity, run: () => loseChargeback(it, hold) })),
  ]
}
