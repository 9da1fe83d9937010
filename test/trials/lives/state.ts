/** The state of the model: people, tasks and applications. Money is in minor units, time in hours since the start of the story. */
import type { Hold, Order, Trail, Transfer } from './money.ts'
import type { Verb } from './rules.ts'

export const PEOPLE = ['Anna', 'Ben', 'Carl', 'Fay'] as const
export type Person = (typeof PEOPLE)[number]
/** Finance staff, who also posts and applies like everybody else. */
export const FINANCE: Person = 'Fay'
/** An administrator, who is also the payer's bank. She has no tasks of her own. */
export const ADMIN = 'Ada'

export const MODES = ['FIRST_COME', 'POSTER_CHOICE', 'INVITE_ONLY'] as const
export type Mode = (typeof MODES)[number]

/** A mutation and its input. Which fields are used depends on the verb. */
export interface Action {
  verb: Verb
  who: Person | typeof ADMIN
  /** The number of the task; the id of one that does not exist is unknown to the server. */
  task: number
  /** The applicant, the invitee, or the person whom the administrator suspends or restores. */
  other: Person
  amount?: number | undefined
  mode?: Mode | undefined
  /** Hours from now: the deadline of a task, or the distance by which the clock moves. */
  hours?: number | undefined
  /** The version that the caller expects of the task, or of the application. */
  expected?: 'CURRENT' | 'STALE' | undefined
  /** Publish at once; pay with a good card; return the fee; the chargeback is won. */
  yes?: boolean | undefined
}

export interface Application {
  applicant: Person
  status: 'PENDING' | 'ACCEPTED' | 'REJECTED' | 'WITHDRAWN' | 'CLOSED'
  price: number
  version: number
  taskVersion: number
}

interface Dispute {
  status: 'OPEN' | 'WITHDRAWN' | 'RESOLVED'
  opener: Person
  tasker: Person
  from: string
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
  dispute?: Dispute
  /** Those of earlier taskers, who still see them. */
  earlierDisputes: Dispute[]
  reviewers: Person[]
  holds: Hold[]
  transfer?: Transfer
  trail: Trail
  orders: Order[]
}

/** The newest application of a person. */
export const applicationOf = (task: Task, who: string) => task.applications.findLast((one) => one.applicant === who)
export const isOutdated = (task: Task, { taskVersion }: Application) => taskVersion < task.termsVersion
export const isParty = (task: Task, who: string) => who === task.poster || who === task.assignee

/** Finance staff, unless the task is their own matter: they are told so with FORBIDDEN, because their role shows them that it exists. */
export const isStaff = (task: Task, who: string): boolean =>
  who === FINANCE && !isParty(task, who) && who !== task.invitee && !task.before[who] && !applicationOf(task, who)

export function moveTo(task: Task, status: string, dueAt?: number): void {
  Object.assign(task, { status, dueAt })
  task.version++
}

/** What a rule has looked up before. */
export function found<Found>(one: Found | undefined): Found {
  if (one === undefined) throw new Error('The rule has not found what it changes.')
  return one
}
