/** Every allowed action succeeds as a mutation, and every `blockedBy` is the error that the mutation returns. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TaskStatus } from '../../../src/db/generated/enums.ts'
import { anonymousCaller, ask, type Caller } from '../../support/ask.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { statementsForRead } from '../../support/servers/statements.ts'
import { type Actor, actor, type Mutation, type Named, timePasses, timersRun } from '../../support/story.ts'
import { anyApplication, anyTask } from '../../support/worlds/taskRows.ts'

const ACTIONS = /* GraphQL */ `
  query ($id: ID!) {
    task(id: $id) {
      version
      availableActions { action allowed blockedBy { __typename code message } }
      nextAutomaticTransition { to at reason }
      applications(status: [PENDING], first: 1) { nodes { id } }
    }
  }
`

interface Refusal {
  __typename: string
  code: string
  message: string
}
interface Seen {
  version: number
  availableActions: { action: string; allowed: boolean; blockedBy: Refusal | null }[]
  nextAutomaticTransition: { to: string; at: string; reason: string } | null
  applications: { nodes: { id: string }[] }
}

let app: TestApp
let poster: Actor
let tasker: Actor
let applicant: Actor
let stranger: Actor
let finance: Actor
let people: Record<string, Actor>

beforeAll(async () => {
  app = await startApp()
  poster = await actor(app, 'Paula')
  tasker = await actor(app, 'Tom')
  applicant = await actor(app, 'Ada')
  stranger = await actor(app, 'Sam')
  finance = await actor(app, 'Fay', 'FINANCE')
  const admin = await actor(app, 'Al', 'ADMIN')
  const agent = await actor(app, 'Gus', 'AGENT')
  people = { poster, tasker, applicant, stranger, finance, admin, agent }
})
afterAll(async () => {
  await app.stop()
})

const actionsOf = async (viewer: Caller, task: Named): Promise<Seen | null> =>
  (await ask<{ task: Seen | null }>(viewer, ACTIONS, { id: task.id })).task

/** The mutation of an action, and its input. */
function mutationOf(action: string, { id }: Named, seen: Seen, isPoster: boolean): [Mutation, Record<string, unknown>] {
  const idempotencyKey = randomUUID()
  const pending = seen.applications.nodes[0]
  switch (action) {
    case 'PUBLISH':
      return ['publishTask', { taskId: id }]
    case 'EDIT':
      return ['updateTask', { taskId: id, expectedVersion: seen.version, title: 'Paint the gate' }]
    case 'APPLY':
      return ['applyToTask', { taskId: id }]
    case 'ACCEPT':
      return isPoster && pending ? ['acceptApplication', { applicationId: pending.id }] : ['acceptTask', { taskId: id }]
    case 'FUND':
      return ['fundTask', { taskId: id, paymentMethodId: 'pm_ok', idempotencyKey }]
    case 'WITHDRAW':
      return ['withdrawFromTask', { taskId: id }]
    case 'SUBMIT_WORK':
      return ['submitWork', { taskId: id }]
    case 'REQUEST_CHANGES':
      return ['requestChanges', { taskId: id }]
    case 'APPROVE_WORK':
      return ['approveWork', { taskId: id, idempotencyKey }]
    case 'CANCEL':
      return ['cancelTask', { taskId: id }]
    case 'REVIEW':
      return ['reviewTask', { taskId: id, rating: 4 }]
    case 'OPEN_DISPUTE':
      return ['openDispute', { taskId: id, reason: 'The paint is grey.' }]
    default:
      throw new Error(`This test does not cover the action ${action}.`)
  }
}

/**
 * Runs every action of a viewer, compares the outcome with the prediction, and returns the allowed actions. A refusal changes nothing, so
 * all refused actions run on one task, and each allowed action runs on a new one.
 */
async function allowedActions(viewer: Actor, make: () => Promise<Named>): Promise<string[] | null> {
  const task = await make()
  const seen = await actionsOf(viewer, task)
  if (!seen) return null
  const tries = async (action: string, tried: Named) => {
    const [mutation, input] = mutationOf(action, tried, (await actionsOf(viewer, tried)) ?? seen, viewer === poster)
    return viewer.asks(mutation, input)
  }
  for (const { action, allowed, blockedBy } of seen.availableActions) {
    expect([action, allowed]).toEqual([action, blockedBy === null])
    if (blockedBy) expect([action, await tries(action, task)]).toEqual([action, expect.objectContaining(blockedBy)])
  }
  const allowed = seen.availableActions.filter((available) => available.allowed).map(({ action }) => action)
  for (const action of allowed) {
    const { __typename } = await tries(action, await make())
    expect([action, __typename]).toEqual([action, expect.stringMatching(/Payload$/)])
  }
  return allowed
}

async function refusalOf(viewer: Actor, task: Named, action: string): Promise<Refusal | null | undefined> {
  const seen = await actionsOf(viewer, task)
  return seen?.availableActions.find((available) => available.action === action)?.blockedBy
}

describe('the allowed actions of each viewer', () => {
  // Another person has applied to each task that accepts applications.
  const tasksByStatus: Record<string, () => Promise<Named>> = {
    'DRAFT FIRST_COME': () => poster.drafts(),
    'OPEN FIRST_COME': async () => applied(await poster.posts()),
    'OPEN POSTER_CHOICE': async () => applied(await poster.posts({ acceptanceMode: 'POSTER_CHOICE' })),
    'OPEN INVITE_ONLY': () => poster.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: tasker.id }),
    'AWAITING_FUNDS FIRST_COME': accepted,
    'AWAITING_FUNDS INVITE_ONLY': () => accepted({ acceptanceMode: 'INVITE_ONLY', inviteeId: tasker.id }),
    'ASSIGNED FIRST_COME': funded,
    'SUBMITTED FIRST_COME': submitted,
    'COMPLETED FIRST_COME': async () => {
      const task = await submitted()
      await poster.approves(task)
      return task
    },
    'CANCELED FIRST_COME': async () => {
      const task = await accepted()
      await poster.cancels(task)
      return task
    },
    'DISPUTED FIRST_COME': async () =>
      withApplication(await anyTask(app, { poster, status: 'DISPUTED', mode: 'FIRST_COME', assignee: tasker })),
    'EXPIRED FIRST_COME': async () =>
      withApplication(await anyTask(app, { poster, status: 'EXPIRED', mode: 'FIRST_COME' })),
  }

  async function applied(task: Named): Promise<Named> {
    await applicant.applies(task)
    return task
  }
  async function withApplication(task: Named): Promise<Named> {
    await anyApplication(app, { task, applicant, status: 'CLOSED' })
    return task
  }
  // Cancels all unfunded tasks first, so that the tasker stays below the limit.
  async function accepted(fields: Record<string, unknown> = {}): Promise<Named> {
    await app.database.run`
      /* cancelUnfunded */
      update tasks set status = 'CANCELED', ended_at = errand_now(), funding_due_at = null where status = 'AWAITING_FUNDS'`
    const task = await poster.posts(fields)
    if (!fields.inviteeId) await applied(task)
    await tasker.accepts(task)
    return task
  }
  async function funded(): Promise<Named> {
    const task = await accepted()
    await poster.funds(task)
    return task
  }
  async function submitted(): Promise<Named> {
    const task = await funded()
    await tasker.submits(task)
    return task
  }

  const expected: Record<string, Record<string, string[]>> = {
    'DRAFT FIRST_COME': { poster: ['PUBLISH', 'EDIT', 'CANCEL'] },
    'OPEN FIRST_COME': {
      poster: ['EDIT', 'ACCEPT', 'FUND', 'CANCEL'],
      tasker: ['APPLY', 'ACCEPT'],
      applicant: ['ACCEPT'],
      stranger: ['APPLY', 'ACCEPT'],
      finance: ['APPLY', 'ACCEPT'],
      admin: ['APPLY', 'ACCEPT'],
      agent: ['APPLY', 'ACCEPT'],
    },
    'OPEN POSTER_CHOICE': {
      poster: ['EDIT', 'ACCEPT', 'FUND', 'CANCEL'],
      tasker: ['APPLY'],
      applicant: [],
      stranger: ['APPLY'],
      finance: ['APPLY'],
      admin: ['APPLY'],
      agent: ['APPLY'],
    },
    'OPEN INVITE_ONLY': { poster: ['EDIT', 'FUND', 'CANCEL'], tasker: ['ACCEPT'] },
    'AWAITING_FUNDS FIRST_COME': {
      poster: ['FUND', 'CANCEL'],
      tasker: ['WITHDRAW'],
      applicant: [],
      finance: [],
      admin: [],
    },
    'AWAITING_FUNDS INVITE_ONLY': { poster: ['FUND', 'CANCEL'], tasker: ['WITHDRAW'], finance: [], admin: [] },
    'ASSIGNED FIRST_COME': {
      poster: ['OPEN_DISPUTE'],
      tasker: ['WITHDRAW', 'SUBMIT_WORK', 'OPEN_DISPUTE'],
      applicant: [],
      finance: [],
      admin: [],
    },
    'SUBMITTED FIRST_COME': {
      poster: ['REQUEST_CHANGES', 'APPROVE_WORK', 'OPEN_DISPUTE'],
      tasker: ['OPEN_DISPUTE'],
      applicant: [],
      finance: [],
      admin: [],
    },
    'COMPLETED FIRST_COME': { poster: ['REVIEW'], tasker: ['REVIEW'], applicant: [], finance: [], admin: [] },
    'CANCELED FIRST_COME': { poster: [], tasker: [], applicant: [], finance: [], admin: [] },
    'DISPUTED FIRST_COME': { poster: [], tasker: [], applicant: [], finance: [], admin: [] },
    'EXPIRED FIRST_COME': { poster: [], applicant: [], finance: [], admin: [] },
  }

  test('are tested in every status', () => {
    const statuses = new Set(Object.keys(tasksByStatus).map((way) => way.split(' ')[0]))
    expect([...statuses].sort()).toEqual(Object.values(TaskStatus).sort())
  })

  test.each(Object.entries(tasksByStatus))('in %s match the mutations', async (way, make) => {
    const found: Record<string, string[]> = {}
    for (const [name, viewer] of Object.entries(people)) {
      const allowed = await allowedActions(viewer, make)
      if (allowed) found[name] = allowed
    }
    expect(found).toEqual(expected[way])
  })

  test('are none without a viewer', async () => {
    const seen = await actionsOf(anonymousCaller(app), await poster.posts())
    for (const { allowed, blockedBy } of seen?.availableActions ?? []) {
      expect([allowed, blockedBy?.code]).toEqual([false, 'UNAUTHENTICATED'])
    }
    expect(seen?.availableActions).toHaveLength(12)
  })
})

describe('the history of a tasker', () => {
  test('blocks a rejected applicant from applying and accepting', async () => {
    const task = await poster.posts()
    const application = await applicant.applies(task)
    await poster.asks('rejectApplication', { applicationId: application.id })
    expect(await refusalOf(applicant, task, 'APPLY')).toMatchObject({ code: 'ALREADY_APPLIED' })
    expect(await refusalOf(applicant, task, 'ACCEPT')).toMatchObject({ code: 'FORBIDDEN' })
    expect(await allowedActions(applicant, async () => task)).toEqual([])
  })

  test('blocks a tasker who withdrew from accepting, not from applying', async () => {
    const make = async () => {
      const task = await poster.posts()
      await applicant.accepts(task)
      await applicant.withdrawsFrom(task)
      return task
    }
    expect(await refusalOf(applicant, await make(), 'ACCEPT')).toMatchObject({ code: 'WITHDREW_BEFORE' })
    expect(await allowedActions(applicant, make)).toEqual(['APPLY'])
  })

  test('blocks a tasker with three unfunded tasks from a fourth, unless it is funded', async () => {
    const busy = await actor(app, 'Bea')
    for (let number = 0; number < 3; number++) await busy.accepts(await poster.posts())
    const task = await poster.posts()
    expect(await refusalOf(busy, task, 'ACCEPT')).toMatchObject({ code: 'TOO_MANY_UNFUNDED' })
    expect(await allowedActions(busy, () => poster.posts())).toEqual(['APPLY'])
    const paid = async () => {
      const open = await poster.posts()
      await poster.funds(open)
      return open
    }
    expect(await allowedActions(busy, paid)).toEqual(['APPLY', 'ACCEPT'])
  })
})

describe('money', () => {
  test('that is held blocks a second payment', async () => {
    const task = await poster.posts()
    await poster.funds(task)
    expect(await refusalOf(poster, task, 'FUND')).toMatchObject({ __typename: 'IllegalTransitionError' })
    expect((await allowedActions(poster, async () => task))?.includes('FUND')).toBe(false)
  })

  test('that is frozen blocks approval', async () => {
    const task = await poster.posts()
    const late = await actor(app, 'Lea')
    await late.accepts(task)
    await poster.funds(task)
    await late.submits(task)
    await app.database.run`/* freeze */ update holds set frozen = true where task_id = ${task.uuid}`
    expect(await refusalOf(poster, task, 'APPROVE_WORK')).toMatchObject({ code: 'HOLD_FROZEN' })
  })
})

test('a poster cannot accept if the only pending applicant is suspended', async () => {
  const suspended = await actor(app, 'Sue')
  const task = await poster.posts()
  await suspended.applies(task)
  await app.database.run`/* suspend */ update users set suspended_at = errand_now() where id = ${suspended.uuid}`
  expect(await refusalOf(poster, task, 'ACCEPT')).toMatchObject({ code: 'SELF_DEALING' })
})

test('twenty tasks need as many statements as two', async () => {
  const query = /* GraphQL */ `
    query ($first: Int, $poster: ID) {
      tasks(first: $first, filter: { posterId: $poster }) { nodes { availableActions { allowed blockedBy { code } } } }
    }
  `
  const busy = await actor(app, 'Nia')
  for (let number = 0; number < 20; number++)
    await busy.posts({ deadline: new Date(Date.now() + 3_000 * 86_400_000).toISOString() })
  for (const viewer of [busy, stranger]) {
    const page = (first: number) => statementsForRead(app, () => ask(viewer, query, { first, poster: busy.id }))
    await page(1)
    expect(await page(20)).toBe(await page(2))
  }
})

// The tests below move the clock for all tasks of this file.
describe('time', () => {
  test('reports the next automatic transition', async () => {
    const { now } = (await app.database.row<{ now: Date }>`/* now */ select errand_now() as now`) ?? { now: new Date() }
    const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString()
    const next = async (task: Named) => (await actionsOf(poster, task))?.nextAutomaticTransition
    const task = await poster.posts({ deadline: inDays(0.5) })
    expect(await next(task)).toMatchObject({ to: 'EXPIRED', at: inDays(0.5) })
    const quick = await actor(app, 'Quin')
    await quick.accepts(task)
    expect(await next(task)).toMatchObject({ to: 'EXPIRED' })
    const lasting = await poster.posts({ deadline: inDays(9) })
    await quick.accepts(lasting)
    expect(await next(lasting)).toMatchObject({ to: 'OPEN' })
    await poster.funds(lasting)
    expect(await next(lasting)).toBeNull()
    await quick.submits(lasting)
    expect(await next(lasting)).toMatchObject({ to: 'COMPLETED' })
    expect(await next(await poster.drafts({ deadline: inDays(1) }))).toBeNull()
    expect(await next(await poster.posts())).toBeNull()
  })

  test('after the deadline blocks every offer, even before the sweep', async () => {
    const deadline = new Date(Date.now() + 3_600_000).toISOString()
    const task = await poster.posts({ deadline })
    const draft = await poster.drafts({ deadline })
    await timePasses(app, '2 hours')
    expect(await refusalOf(stranger, task, 'ACCEPT')).toMatchObject({
      message: 'The deadline of the task has passed. Only an open task can be accepted. Find one with the query tasks.',
    })
    expect(await allowedActions(stranger, async () => task)).toEqual([])
    expect(await refusalOf(poster, task, 'EDIT')).toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    expect(await refusalOf(poster, draft, 'PUBLISH')).toMatchObject({ code: 'VALIDATION_FAILED' })
  })

  test('after an acceptance lapsed blocks its tasker from accepting again', async () => {
    const slow = await actor(app, 'Slow')
    const task = await poster.posts()
    await slow.accepts(task)
    await timePasses(app, '25 hours')
    await timersRun(app)
    expect(await refusalOf(slow, task, 'ACCEPT')).toMatchObject({ code: 'LAPSED_BEFORE' })
    expect(await allowedActions(slow, async () => task)).toEqual([])
  })
})
