/**
 * People who act through the API, so that a test reads like a story:
 * `const task = await anna.posts(); const application = await ben.applies(task); await anna.accepts(application)`.
 * A verb expects success, and throws a refusal; `asks` returns either.
 */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Role } from '../../src/db/generated/enums.ts'
import { reviewTimers } from '../../src/reviews/reviewTimers.ts'
import { taskTimers } from '../../src/tasks/actions/taskTimers.ts'
import { type Person, person } from './people.ts'
import { parsePublicId } from './publicIds.ts'
import type { TestApp } from './servers/app.ts'

export interface Named {
  /** The public id. */
  id: string
  uuid: string
}

/** A member of a result union: its type and the selected fields. */
export interface Outcome {
  __typename: string
  [field: string]: unknown
}

export interface Actor extends Person {
  name: string
  /** Sends a mutation, and returns its payload or refusal. */
  asks(mutation: Mutation, input: Record<string, unknown>): Promise<Outcome>
  /** The same, expecting success. */
  does(mutation: Mutation, input: Record<string, unknown>): Promise<Outcome>
  /** Posts a task, by default open, FIRST_COME, at 20.00 EUR. */
  posts(fields?: Record<string, unknown>): Promise<Named>
  /** Creates a draft. */
  drafts(fields?: Record<string, unknown>): Promise<Named>
  applies(task: Named, fields?: Record<string, unknown>): Promise<Named>
  /** Accepts a task as a tasker, or an application as its poster. Returns the chat. */
  accepts(taskOrApplication: Named): Promise<Named>
  funds(task: Named): Promise<void>
  submits(task: Named): Promise<void>
  /** Approves the work, and returns the transfer. */
  approves(task: Named): Promise<Named>
  /** Reviews the other side, by default with 5 and without a comment. */
  reviews(task: Named, fields?: Record<string, unknown>): Promise<Named>
  withdrawsFrom(task: Named): Promise<void>
  /** Opens a dispute about a task, and returns it. */
  disputes(task: Named, fields?: Record<string, unknown>): Promise<Named>
  cancels(task: Named): Promise<void>
}

const TASK = 'task { id version status agreedPrice { amount currencyCode } acceptedAt }'
const REFUSAL = /* GraphQL */ `
  ... on Error { code message retryable }
  ... on ValidationError { fields { path message } }
  ... on NotFoundError { id }
  ... on IllegalTransitionError { from action allowed }`
const STALE = '... on StaleVersionError { expected actual }'
const TAKEN = '... on TaskAlreadyAcceptedError { acceptedAt task { id status } }'

const ON_TASK = `... on TaskPayload { replayed ${TASK} } ${STALE}`
const ON_APPLICATION = `
  ... on ApplicationPayload {
    replayed application { id version status taskVersion outdated message price { amount currencyCode } }
  }
  ... on AlreadyAppliedError { application { id status } } ${STALE} ${TAKEN}`
const ON_ACCEPTANCE = `
  ... on AcceptTaskPayload { replayed ${TASK} chat { id endedAt } }
  ... on PriceChangedError { currentPrice { amount currencyCode } }
  ... on TermsChangedError { application { id taskVersion outdated } } ${STALE} ${TAKEN}`

const ON_DISPUTE = `
  ... on DisputePayload {
    replayed dispute { id status endedAt resolution { toTasker { amount } toPoster { amount } note } } ${TASK}
  }
  ... on InsufficientFundsError { available { amount } required { amount } }`

/** The input type of each mutation, and its selection besides the common refusals. */
const MUTATIONS = {
  createTask: ['CreateTaskInput', ON_TASK],
  updateTask: ['UpdateTaskInput', ON_TASK],
  publishTask: ['TaskActionInput', ON_TASK],
  cancelTask: ['TaskActionInput', ON_TASK],
  applyToTask: ['ApplyToTaskInput', ON_APPLICATION],
  updateApplication: ['UpdateApplicationInput', ON_APPLICATION],
  withdrawApplication: ['ApplicationActionInput', ON_APPLICATION],
  rejectApplication: ['ApplicationActionInput', ON_APPLICATION],
  acceptApplication: ['ApplicationActionInput', ON_ACCEPTANCE],
  acceptTask: ['AcceptTaskInput', ON_ACCEPTANCE],
  fundTask: ['FundTaskInput', `... on FundTaskPayload { replayed ${TASK} hold { id status } }`],
  withdrawFromTask: ['TaskActionInput', ON_TASK],
  submitWork: ['SubmitWorkInput', ON_TASK.replace(STALE, '')],
  requestChanges: ['TaskActionInput', ON_TASK],
  reviewTask: [
    'ReviewTaskInput',
    '... on ReviewPayload { replayed review { id rating comment createdAt publishedAt author { id } subject { id } } }',
  ],
  openDispute: ['OpenDisputeInput', ON_DISPUTE],
  addEvidence: ['DisputeActionInput', ON_DISPUTE],
  withdrawDispute: ['DisputeActionInput', ON_DISPUTE],
  resolveDispute: ['ResolveDisputeInput', ON_DISPUTE],
  approveWork: ['ApproveWorkInput', `... on ApproveWorkPayload { replayed ${TASK} transfer { id status } } ${STALE}`],
} as const

export type Mutation = keyof typeof MUTATIONS

/** Creates a person with a session who can act on tasks. */
export async function actor(app: TestApp, name: string, ...roles: Role[]): Promise<Actor> {
  return actingAs(await person(app, name, ...roles), name)
}

/** Makes a person act on tasks. */
export function actingAs(someone: Person, name: string): Actor {
  const asks = (mutation: Mutation, input: Record<string, unknown>) => ask(someone, mutation, input)
  const does = async (mutation: Mutation, input: Record<string, unknown>): Promise<Outcome> => {
    const outcome = await asks(mutation, input)
    if (outcome.__typename.endsWith('Error')) throw new Error(`${name} ${mutation}: ${JSON.stringify(outcome)}`)
    return outcome
  }
  const writes = async (publish: boolean, fields: Record<string, unknown>) =>
    named((await does('createTask', { ...aTask, publish, ...fields })).task)
  return {
    ...someone,
    name,
    asks,
    does,
    posts: (fields = {}) => writes(true, fields),
    drafts: (fields = {}) => writes(false, fields),
    applies: async (task, fields = {}) =>
      named((await does('applyToTask', { taskId: task.id, ...fields })).application),
    accepts: async ({ id }) => {
      const isTask = id.startsWith('tsk_')
      const outcome = await (isTask
        ? does('acceptTask', { taskId: id })
        : does('acceptApplication', { applicationId: id }))
      return named(outcome.chat)
    },
    funds: async ({ id }) => {
      await does('fundTask', { taskId: id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() })
    },
    submits: async ({ id }) => {
      await does('submitWork', { taskId: id, message: 'Done.' })
    },
    approves: async ({ id }) =>
      named((await does('approveWork', { taskId: id, idempotencyKey: randomUUID() })).transfer),
    reviews: async ({ id }, fields = {}) =>
      named((await does('reviewTask', { taskId: id, rating: 5, ...fields })).review),
    disputes: async ({ id }, fields = {}) =>
      named((await does('openDispute', { taskId: id, reason: 'The paint is grey.', ...fields })).dispute),
    withdrawsFrom: async ({ id }) => {
      await does('withdrawFromTask', { taskId: id })
    },
    cancels: async ({ id }) => {
      await does('cancelTask', { taskId: id })
    },
  }
}

const aTask = {
  title: 'Paint the fence',
  description: 'Twenty metres, white, one coat.',
  budget: { amount: '20.00', currencyCode: 'EUR' },
  acceptanceMode: 'FIRST_COME',
}

async function ask(someone: Person, mutation: Mutation, input: Record<string, unknown>): Promise<Outcome> {
  const [inputType, selection] = MUTATIONS[mutation]
  const answer = await someone.send(
    `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { __typename ${selection} ${REFUSAL} } }`,
    { input },
  )
  const outcome: Outcome | undefined = answer.data?.[mutation]
  if (!outcome) throw new Error(`${mutation} had no answer: ${JSON.stringify(answer.errors)}`)
  return outcome
}

function named(node: unknown): Named {
  const { id } = node as { id: string }
  const parsed = parsePublicId(id)
  if (!parsed) throw new Error(`${id} is not an id.`)
  return { id, uuid: parsed.uuid }
}

/** Returns every row that a task rule may change, to compare before and after. */
export async function everything(app: TestApp): Promise<unknown> {
  const tables = [
    'tasks',
    'task_applications',
    'work_submissions',
    'chats',
    'chat_participants',
    'holds',
    'disputes',
    'chargebacks',
    'transfers',
    'reversals',
    'refunds',
    'reviews',
    'fee_rules',
    'ledger_entries',
    'events',
    'idempotency_keys',
  ]
  const { rows } = await app.database.pool.query(
    tables.map((table) => `select '${table}' as name, to_jsonb(row) as content from ${table} row`).join(' union all ') +
      ' order by name, content',
  )
  return rows
}

/** Expects this refusal, and that no row has changed. */
export async function expectRefusal(
  app: TestApp,
  someone: Actor,
  mutation: Mutation,
  input: Record<string, unknown>,
  refusal: Record<string, unknown>,
): Promise<void> {
  const before = await everything(app)
  expect(await someone.asks(mutation, input)).toMatchObject(refusal)
  expect(await everything(app)).toEqual(before)
}

/** Advances the server's clock without running timers. */
export async function timePasses(app: TestApp, interval: string): Promise<void> {
  await app.database.run`
    /* timePasses */
    update sandbox.clock
    set ahead_by = ahead_by + ${interval}::interval`
}

/** Publishes the reviews whose window has closed, and returns their number. */
export async function reviewsArePublished(app: TestApp): Promise<number> {
  let count = 0
  for (const timer of reviewTimers) count += await timer.runDue(app.work, 100)
  return count
}

/** Runs each task timer once, and returns how many rows were due. */
export async function timersRun(app: TestApp): Promise<number> {
  let count = 0
  for (const timer of taskTimers) count += await timer.runDue(app.work, 100)
  return count
}

/** Returns the row of the task. */
export const taskRowOf = (app: TestApp, { uuid }: Named) => app.prisma.task.findUniqueOrThrow({ where: { id: uuid } })

/** Returns the applications of a task, in order of arrival. */
export const applicationRowsOf = (app: TestApp, { uuid }: Named) =>
  app.prisma.taskApplication.findMany({ where: { taskId: uuid }, orderBy: { arrivalNumber: 'asc' } })

/** Returns the history of a task, as `type version before->after`. */
export async function historyOf(app: TestApp, { uuid }: Named): Promise<string[]> {
  const events = await app.prisma.event.findMany({
    where: { taskId: uuid, kind: 'TASK' },
    orderBy: [{ taskVersion: 'asc' }, { sequence: 'asc' }],
  })
  return events.map(({ type, taskVersion, statusBefore, statusAfter }) =>
    [type, taskVersion, ...(statusAfter ? [`${statusBefore ?? ''}->${statusAfter}`] : [])].join(' '),
  )
}

/** Runs a statement in its own transaction, which stays open during `work`, or until `work` calls `release`. */
export async function whileHolding(
  app: TestApp,
  [statement, id]: [statement: string, id: string],
  work: (release: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const holder = await app.database.pool.connect()
  try {
    await holder.query('begin')
    await holder.query(statement, [id])
    await work(() => holder.query('commit'))
  } finally {
    await holder.query('rollback')
    holder.release()
  }
}

/** Waits until a statement of this name waits for a lock. */
export async function waitsForLock(app: TestApp, statement: string): Promise<void> {
  const waiting = `
    select from pg_stat_activity
    where wait_event_type = 'Lock' and query like $1 and datname = current_database()`
  await expect
    .poll(async () => (await app.database.pool.query(waiting, [`%/* ${statement} */%`])).rowCount, { timeout: 10_000 })
    .toBe(1)
}
