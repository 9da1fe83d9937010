/**
 * The twelve points of money at which the trial `crash` kills a server with Stripe's adapter. Each comes at one or more places of the
 * story, and seeds take them in turns.
 */
import type { MovementKind } from '../../src/payments/port/provider.ts'
import type { Stop } from '../support/servers/databaseTap.ts'
import type { RequestStop } from '../support/stripe/stripeServer.ts'
import type { Kill, StoryKind } from './crashKill.ts'

/** A place of a point in the story. */
interface Place extends Pick<Kill, 'story' | 'step'> {
  kind: MovementKind
  /** The moment within the work on the order. */
  moment: string
  /** True if Stripe has moved the money by the time of the kill. */
  hasMoved: boolean
  /** At the local Stripe server, or in the server's own transaction. */
  stop: { at: 'provider'; request: RequestStop } | { at: 'database'; statement: Stop }
  /** The type of the event whose processing is the place: the order itself gets no answer. */
  event?: string
}

/** A kill at a point of money. */
export type MoneyKill = Kill & Place

/** The steps of the story in which each kind of order is sent. */
const STEPS: Record<MovementKind, readonly [story: StoryKind, step: string][]> = {
  charge: [
    ['approved', 'fund'],
    ['disputed', 'fund'],
  ],
  transfer: [
    ['approved', 'approve'],
    ['disputed', 'resolve'],
  ],
  reversal: [
    ['approved', 'reverse'],
    ['disputed', 'reverse'],
  ],
  refund: [
    ['approved', 'refund'],
    ['disputed', 'refund'],
  ],
}

const PATHS: Record<MovementKind, RegExp> = {
  charge: /^\/v1\/payment_intents$/,
  transfer: /^\/v1\/transfers$/,
  reversal: /^\/v1\/transfers\/\w+\/reversals$/,
  refund: /^\/v1\/refunds$/,
}

/** True for the request that orders a movement of this kind. */
export const isOrderOf =
  (kind: MovementKind): RequestStop['isRequest'] =>
  ({ method, path }) =>
    method === 'POST' && PATHS[kind].test(path)

const EVENTS: Record<MovementKind, string> = {
  charge: 'payment_intent.succeeded',
  transfer: 'transfer.created',
  reversal: 'transfer.reversed',
  refund: 'refund.created',
}

const isCommit = (label: string): boolean => label === 'commit'

/** The transaction that saves the outcome of an order, told from the one that requests it. */
const OUTCOMES: Record<MovementKind, Pick<Stop, 'within' | 'once'>> = {
  charge: { within: 'insertPosting' },
  transfer: { within: 'endAttempt' },
  reversal: { within: 'insertPosting' },
  refund: { within: 'insertPosting', once: 'lockRefundRow' },
}

/** The statement by which a job claims a payment that it is about to send. */
const CLAIMS: Record<Exclude<MovementKind, 'charge'>, string> = {
  transfer: 'insertAttempt',
  reversal: 'saveReversal',
  refund: 'saveRefund',
}

type When = 'before' | 'after'

const places = (kind: MovementKind, place: Pick<Place, 'moment' | 'hasMoved' | 'stop' | 'event'>): Place[] =>
  STEPS[kind].map(([story, step]) => ({ kind, story, step, ...place }))

const call = (kind: MovementKind, when: When): Place[] => {
  const request = { when, isRequest: isOrderOf(kind) }
  return places(kind, { moment: `${when} the call`, hasMoved: when === 'after', stop: { at: 'provider', request } })
}

const commit = (kind: MovementKind, when: When): Place[] => {
  const statement = { when, isStatement: isCommit, ...OUTCOMES[kind] }
  return places(kind, { moment: `${when} the commit`, hasMoved: true, stop: { at: 'database', statement } })
}

const webhook = (kind: MovementKind, when: When): Place[] => {
  const statement = { when, isStatement: isCommit, within: 'insertPosting', once: 'takeEvent' }
  return places(kind, {
    moment: `${when} the commit of its event`,
    hasMoved: true,
    stop: { at: 'database', statement },
    event: EVENTS[kind],
  })
}

const claim = (kind: keyof typeof CLAIMS): Place[] => {
  const statement: Stop = { when: 'after', isStatement: isCommit, within: CLAIMS[kind] }
  return places(kind, { moment: 'after the claim', hasMoved: false, stop: { at: 'database', statement } })
}

/** The first of each list, then the second of each, so that a short run has different kinds. */
function inTurns(...lists: readonly (readonly Place[])[]): Place[] {
  const longest = Math.max(...lists.map(({ length }) => length))
  const rows = Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1)))
  return rows.flat()
}

const KINDS = ['charge', 'transfer', 'reversal', 'refund'] as const

const POINTS: readonly [name: string, places: readonly Place[]][] = [
  ['hold: before the call', call('charge', 'before')],
  ['hold: after the call, before its answer', call('charge', 'after')],
  ['hold: before the commit of the outcome', commit('charge', 'before')],
  ['hold: after the commit of the outcome', commit('charge', 'after')],
  ['transfer: before the call', call('transfer', 'before')],
  ['transfer: after the call, before its answer', call('transfer', 'after')],
  ['transfer: before the commit of the outcome', commit('transfer', 'before')],
  ['transfer: after the commit of the outcome', commit('transfer', 'after')],
  [
    'reversal or refund: call or commit',
    inTurns(
      call('reversal', 'after'),
      call('refund', 'after'),
      commit('reversal', 'before'),
      commit('refund', 'before'),
      call('reversal', 'before'),
      call('refund', 'before'),
      commit('reversal', 'after'),
      commit('refund', 'after'),
    ),
  ],
  ['webhook: before the commit', inTurns(...KINDS.map((kind) => webhook(kind, 'before')))],
  ['webhook: after the commit', inTurns(...KINDS.map((kind) => webhook(kind, 'after')))],
  ['job: claimed, nothing sent yet', inTurns(claim('transfer'), claim('reversal'), claim('refund'))],
]

/** The names of the points. */
export const MONEY_POINTS: readonly string[] = POINTS.map(([name]) => name)

/** The kill of a seed: seeds in a row take the points in turns, and the places of each. */
export function moneyKillOf(seed: number): MoneyKill {
  const [point, all] = POINTS[(seed - 1) % POINTS.length] ?? ['', []]
  const place = all[Math.floor((seed - 1) / POINTS.length) % all.length]
  if (!place) throw new Error(`There is no point for seed ${seed}.`)
  return { ...place, point, place: `${place.kind} ${place.moment} in the story "${place.story}"` }
}
