/** The state of the model: tasks, applications and money. Money is in minor units, time in hours since the start of the story. */
import type { RULES } from './rules.ts'

export const PEOPLE = ['Anna', 'Ben', 'Carl', 'Dora', 'Fay'] as const
export type Person = (typeof PEOPLE)[number]
/** Finance staff, who also post and apply like everybody else. */
export const FINANCE: Person = 'Fay'

export const MODES = ['FIRST_COME', 'POSTER_CHOICE', 'INVITE_ONLY'] as const
export type Mode = (typeof MODES)[number]

/** A mutation and its input. Which fields are used depends on the verb. */
export interface Action {
  verb: Verb
  who: Person
  /** The number of the task; one that does not exist has an unknown id. */
  task: number
  /** The applicant of the application, or the invitee. */
  other: Person
  amount?: number | undefined
  mode?: Mode | undefined
  /** Hours from now: the deadline of a task, or the distance by which the clock moves. */
  hours?: number | undefined
  /** The version that the caller expects of the task, or of the application. */
  expected?: number | undefined
  /** Publish at once; pay with a good card; return the fee. */
  yes?: boolean | undefined
}
export type Verb = keyof typeof RULES | 'createTask' | 'time'

export interface Application {
  applicant: Person
  status: 'PENDING' | 'ACCEPTED' | 'REJECTED' | 'WITHDRAWN' | 'CLOSED'
  price: number
  version: number
  taskVersion: number
}

export interface Hold {
  status: 'HELD' | 'FAILED' | 'RELEASED' | 'REFUNDED'
  amount: number
  remaining: number
  /** Part of it went to a tasker. */
  isReleased?: boolean
  /** Refunded whole by an acceptance or the end of the task. */
  isSuperseded?: boolean
}

export interface Transfer {
  status: 'PENDING' | 'SUCCEEDED' | 'REVERSED'
  net: number
  fee: number
  /** Of net: requested to be reversed, reversed, and reversed with its share of the fee. */
  reversing: number
  reversed: number
  reversedWithFee: number
  feeReturned: number
}

export interface Task {
  status: string
  version: number
  /** The version of the last change of its terms. */
  termsVersion: number
  poster: Person
  mode: Mode
  invitee?: Person | undefined
  budget: number
  deadline?: number | undefined
  isPublished: boolean
  assignee?: Person | undefined
  /** The assignee accepted it themselves. */
  byTasker?: boolean
  price?: number | undefined
  /** When it lapses or is approved by itself. */
  dueAt?: number | undefined
  completedAt?: number
  applications: Application[]
  /** Why people cannot accept the task by themselves again. */
  before: Partial<Record<Person, 'WITHDREW_BEFORE' | 'LAPSED_BEFORE'>>
  holds: Hold[]
  transfer?: Transfer
  dispute?: { status: 'OPEN' | 'WITHDRAWN' | 'RESOLVED'; opener: Person; tasker: Person | undefined; from: string }
  reviewers: Person[]
  trail: typeof NO_MONEY
  /** Orders to the payment provider that are on their way. */
  orders: { hold: Hold; succeed(): void }[]
}

export const NO_MONEY = { paidIn: 0, held: 0, payable: 0, transferred: 0, fees: 0, refunding: 0, refunded: 0 }

export const feeOf = (price: number): number => (price < 1000 ? 100 : Math.floor(price / 10))

/** The live hold of a task. */
export const liveHold = (task: Task) => task.holds.find((hold) => hold.status === 'HELD' && !hold.isSuperseded)
/** The live hold of a task, else its newest. */
export const holdOf = (task: Task) => liveHold(task) ?? task.holds.at(-1)
/** The newest application of a person. */
export const applicationOf = (task: Task, who: Person) =>
  task.applications.findLast(({ applicant }) => applicant === who)
export const isOutdated = (task: Task, { taskVersion }: Application) => taskVersion < task.termsVersion
export const isParty = (task: Task, who: Person) => who === task.poster || who === task.assignee

/** Finance staff, unless the task is their own matter. */
export const isStaff = (task: Task, who: Person): boolean =>
  who === FINANCE &&
  !isParty(task, who) &&
  who !== task.invitee &&
  !task.before[who] &&
  applicationOf(task, who) === undefined

export function moveTo(task: Task, status: string, dueAt?: number): void {
  Object.assign(task, { status, dueAt })
  task.version++
}

export function hold(task: Task, amount: number, status: 'HELD' | 'FAILED'): void {
  task.holds.push({ status, amount, remaining: status === 'HELD' ? amount : 0 })
  if (status === 'FAILED') return
  task.trail.paidIn += amount
  task.trail.held += amount
}

/** Takes money out of a hold. */
function take(task: Task, from: Hold, amount: number): void {
  from.remaining -= amount
  task.trail.held -= amount
  if (from.remaining === 0) from.status = from.isReleased ? 'RELEASED' : 'REFUNDED'
}

export function refund(task: Task, from: Hold | undefined, amount = from?.remaining ?? 0): void {
  if (!from || amount === 0) return
  take(task, from, amount)
  const { trail } = task
  trail.refunding += amount
  const succeed = () => {
    trail.refunding -= amount
    trail.refunded += amount
  }
  task.orders.push({ hold: from, succeed })
}

/** Pays the tasker out of the live hold, and refunds the rest. */
export function pay(task: Task, gross: number): void {
  const [from, price = 0] = [liveHold(task), task.price]
  if (!from) throw new Error('A task at work has a live hold.')
  const fee = Math.floor((feeOf(price) * gross) / price)
  const [net, { trail }] = [gross - fee, task]
  from.isReleased = true
  take(task, from, gross)
  const transfer: Transfer = {
    status: 'PENDING',
    net,
    fee,
    reversing: 0,
    reversed: 0,
    reversedWithFee: 0,
    feeReturned: 0,
  }
  task.transfer = transfer
  trail.payable += net
  trail.fees += fee
  const succeed = () => {
    transfer.status = 'SUCCEEDED'
    trail.payable -= net
    trail.transferred += net
  }
  task.orders.push({ hold: from, succeed })
  refund(task, from)
}

/** Takes money back from a paid tasker into the hold. */
export function reverse(task: Task, amount: number, withFee: boolean): void {
  const [transfer, back, { trail }] = [task.transfer, holdOf(task), task]
  if (!transfer || !back) throw new Error('A paid task has a transfer and a hold.')
  transfer.reversing += amount
  const succeed = () => {
    if (withFee) transfer.reversedWithFee += amount
    const fee = Math.floor((transfer.fee * transfer.reversedWithFee) / transfer.net) - transfer.feeReturned
    transfer.feeReturned += fee
    transfer.reversed += amount
    if (transfer.reversed === transfer.net) transfer.status = 'REVERSED'
    trail.transferred -= amount
    trail.fees -= fee
    trail.held += amount + fee
    back.remaining += amount + fee
    back.status = 'HELD'
  }
  task.orders.push({ hold: back, succeed })
}
