/** The points at which the trial `crash` kills server and worker with the sandbox: a place in the story, and a point of its work. */
import { AnswerTap } from '../support/servers/answerTap.ts'
import { DatabaseTap, type Stop } from '../support/servers/databaseTap.ts'
import type { Kill, StoryKind } from './crashKill.ts'
import type { Between, StartBetween } from './ground.ts'

export const POINTS = [
  'after lock',
  'after posting',
  'before call',
  'after call',
  'before commit',
  'after commit',
  'before answer',
] as const
export type Point = (typeof POINTS)[number]

export type Group = 'request' | 'job' | 'webhook'

/** A kill with the sandbox. */
export interface SandboxKill extends Kill {
  point: Point
  group: Group
}

/** The proxies that see the named statements of the server and of the worker, and the answers of the server. */
export interface Taps {
  server: DatabaseTap
  worker: DatabaseTap
  answers: AnswerTap
  /** From the provider in the worker to the server. Shut, unless a webhook is the place of the kill. */
  webhooks: AnswerTap
}

interface Place {
  name: string
  group: Group
  story: StoryKind
  step: string
  tap: 'server' | 'worker'
  stops: Partial<Record<Exclude<Point, 'before answer'>, Stop>>
  answers: boolean
}

const named = (name: string) => (label: string) => label === name
const isLock = (label: string) => label.startsWith('lock')

/** The stops in the transaction that has sent this statement. */
const commitsWithin = (within: string) => ({
  'before commit': { when: 'before', isStatement: named('commit'), within } satisfies Stop as Stop,
  'after commit': { when: 'after', isStatement: named('commit'), within } satisfies Stop as Stop,
})

/** An order at the provider: the provider's own transaction begins with `takeOrder`, and moves money with its commit. */
const ORDER: Place['stops'] = {
  'before call': { when: 'before', isStatement: named('takeOrder') },
  'after call': { when: 'after', isStatement: named('commit'), within: 'takeOrder' },
}

const POSTING: Stop = { when: 'after', isStatement: named('insertPosting') }

/** The transaction of a mutation: it has inserted its idempotency key. */
function request(step: string, mutation: string, more: Partial<Place> & { locks?: false } = {}): Place {
  const { locks, ...fields } = more
  const lock: Stop = { when: 'after', isStatement: isLock, within: 'insertKey' }
  return {
    name: mutation,
    group: 'request',
    story: 'approved',
    step,
    tap: 'server',
    answers: true,
    ...fields,
    stops: { ...(locks ?? { 'after lock': lock }), ...commitsWithin('insertKey'), ...fields.stops },
  }
}

/** The worker sends a payment: it claims it, calls the provider, and posts the outcome. */
const job = (name: string, step: string, lock: (label: string) => boolean, story: StoryKind = 'approved'): Place => ({
  name: `job: ${name}`,
  group: 'job',
  story,
  step,
  tap: 'worker',
  answers: false,
  stops: {
    'after lock': { when: 'after', isStatement: lock },
    ...ORDER,
    'after posting': POSTING,
    ...commitsWithin('insertPosting'),
  },
})

/** A webhook arrives while the answer to the order is still on its way: the server looks up the order, and posts its outcome. */
function webhook(name: string, step: string, lock: string): Place {
  const once = 'findMovement'
  const { 'before commit': before, 'after commit': after } = commitsWithin('insertPosting')
  return {
    name: `webhook: ${name}`,
    group: 'webhook',
    story: 'approved',
    step,
    tap: 'server',
    answers: false,
    stops: {
      'before call': { when: 'before', isStatement: named('findMovement') },
      'after call': { when: 'after', isStatement: named('findMovement') },
      'after lock': { when: 'after', isStatement: named(lock), once },
      'after posting': { ...POSTING, once },
      'before commit': { ...before, once },
      'after commit': { ...after, once },
    },
  }
}

const inDispute = { story: 'disputed' } as const
const posts = { stops: { 'after posting': { ...POSTING, within: 'insertKey' } } } as const

const PLACES: readonly Place[] = [
  request('post', 'createTask', { locks: false }),
  request('apply', 'applyToTask'),
  request('accept', 'acceptApplication'),
  request('fund', 'fundTask', { stops: ORDER }),
  {
    name: 'fundTask, outcome',
    group: 'request',
    story: 'approved',
    step: 'fund',
    tap: 'server',
    answers: false,
    stops: {
      'after lock': { when: 'after', isStatement: named('lockHold') },
      'after posting': POSTING,
      ...commitsWithin('insertPosting'),
    },
  },
  request('submit', 'submitWork'),
  request('dispute', 'openDispute', inDispute),
  request('evidence', 'addEvidence', inDispute),
  request('resolve', 'resolveDispute', { ...inDispute, ...posts }),
  request('approve', 'approveWork', posts),
  request('reverse', 'reverseTransfer'),
  request('refund', 'refundHold', { ...inDispute, ...posts }),
  job('transfer', 'approve', named('lockTransferRow')),
  job('reversal', 'reverse', named('lockReversalRow')),
  job('refund', 'refund', named('lockRefundRow')),
  job('transfer or refund of a dispute', 'resolve', (label) => /^lock(Transfer|Refund)Row$/.test(label), 'disputed'),
  webhook('charge', 'fund', 'lockHold'),
  webhook('transfer', 'approve', 'lockTransferRow'),
  webhook('reversal', 'reverse', 'lockReversalRow'),
  webhook('refund', 'refund', 'lockRefundRow'),
]

/** Every point of every place. */
export const KILLS: readonly SandboxKill[] = PLACES.flatMap(({ name, group, story, step, stops, answers }) =>
  POINTS.filter((point) => (point === 'before answer' ? answers : stops[point])).map((point) => ({
    point,
    place: name,
    group,
    story,
    step,
  })),
)

/** Prepares the proxies for this kill. The promise in the result resolves once a process is frozen at the point. */
export function setTrap({ point, place: name }: SandboxKill, taps: Taps): { reached: Promise<void> } {
  const place = PLACES.find((one) => one.name === name)
  const stop = point === 'before answer' ? undefined : place?.stops[point]
  if (!place || (!stop && point !== 'before answer')) throw new Error(`${name} has no point ${point}.`)
  taps.webhooks.isShut = place.group !== 'webhook'
  return { reached: stop ? taps[place.tap].stopAt(stop) : taps.answers.keepNext() }
}

/** Starts the proxies. */
export async function startTaps({ databaseUrl, serverPort }: Parameters<StartBetween>[0]): Promise<{
  taps: Taps
  between: Between
}> {
  const port = Number(new URL(databaseUrl).port)
  const [server, worker] = [await DatabaseTap.start(port), await DatabaseTap.start(port)]
  const [answers, webhooks] = [await AnswerTap.start(serverPort), await AnswerTap.start(serverPort)]
  webhooks.isShut = true
  const through = (tap: DatabaseTap) => {
    const url = new URL(databaseUrl)
    url.port = String(tap.port)
    return url.href
  }
  const between: Between = {
    environment: {
      main: { DATABASE_URL: through(server) },
      worker: { DATABASE_URL: through(worker), PUBLIC_URL: webhooks.url },
    },
    clientUrl: answers.url,
    close: async () => void (await Promise.all([server, worker, answers, webhooks].map((tap) => tap.close()))),
  }
  return { taps: { server, worker, answers, webhooks }, between }
}
