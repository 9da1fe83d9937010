/** For each mutation: a statement that fails after all others have succeeded rolls back the whole mutation. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendTransfer } from '../../src/transfers/transfers/sendTransfer.ts'
import { acts } from '../support/money.ts'
import { toPublicId } from '../support/publicIds.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type Actor, actor, everything, type Mutation, type Outcome } from '../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let fay: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  fay = await actor(app, 'Fay', 'FINANCE')
  await app.database.pool.query(`
    create function break_down() returns trigger language plpgsql as $$
    begin
      raise exception 'broken secret';
    end $$`)
})
afterAll(async () => {
  await app.stop()
})

type Request = [someone: Actor, mutation: Mutation, input: Record<string, unknown>]
type StaffMutation = Parameters<typeof acts>[1]

const openTask = async (mode = 'POSTER_CHOICE') => anna.posts({ acceptanceMode: mode })
const applied = async () => ben.applies(await openTask())
const inWork = async () => {
  const task = await openTask()
  await anna.funds(task)
  await anna.accepts(await ben.applies(task))
  return task
}
const submitted = async () => {
  const task = await inWork()
  await ben.submits(task)
  return task
}

const disputed = async () => anna.disputes(await submitted())

const provider = (mode: string) => app.database.pool.query(`update sandbox.provider set mode = '${mode}'`)

/** A transfer that was sent once, while the provider was in this mode. */
const sent = async (mode: string) => {
  const transfer = await anna.approves(await submitted())
  await provider(mode)
  await sendTransfer(app.work, { transferId: transfer.uuid })
  await provider('ACCEPT')
  return transfer
}

const amount = { amount: '5.00', currencyCode: 'EUR' }
const reason = 'A quarter is not done.'

// Evidence is committed before the provider is called, as a payment is.
const staffRequests: Record<
  Exclude<StaffMutation, 'submitChargebackEvidence' | 'resolveDispute'>,
  () => Promise<Record<string, unknown>>
> = {
  retryTransfer: async () => ({ transferId: (await sent('REFUSE_FOR_GOOD')).id, reason }),
  cancelTransfer: async () => ({ transferId: (await sent('REFUSE_FOR_GOOD')).id, reason }),
  resolveInDoubtTransfer: async () => ({
    transferId: (await sent('DROP_RESPONSE')).id,
    finding: 'PROVIDER_HAS_IT',
    evidence: 'Seen in the dashboard of the provider.',
  }),
  reverseTransfer: async () => ({ transferId: (await sent('ACCEPT')).id, amount, returnFee: true, reason }),
  refundHold: async () => {
    const { uuid: taskId } = await inWork()
    const hold = await app.prisma.hold.findFirstOrThrow({ where: { taskId } })
    return { holdId: toPublicId('hld', hold.id), amount, reason }
  },
}

const requests: Record<Exclude<Mutation, 'fundTask'>, () => Promise<Request>> = {
  createTask: async () => [
    anna,
    'createTask',
    { title: 'a', description: 'b', budget: { amount: '9.00', currencyCode: 'EUR' }, publish: true },
  ],
  updateTask: async () => [anna, 'updateTask', { taskId: (await openTask()).id, expectedVersion: 1, title: 'New' }],
  publishTask: async () => [anna, 'publishTask', { taskId: (await anna.drafts()).id }],
  cancelTask: async () => {
    const task = await openTask()
    await anna.funds(task)
    return [anna, 'cancelTask', { taskId: task.id }]
  },
  applyToTask: async () => [ben, 'applyToTask', { taskId: (await openTask()).id }],
  updateApplication: async () => [
    ben,
    'updateApplication',
    { applicationId: (await applied()).id, expectedTaskVersion: 1, message: 'Soon.' },
  ],
  withdrawApplication: async () => [ben, 'withdrawApplication', { applicationId: (await applied()).id }],
  rejectApplication: async () => [anna, 'rejectApplication', { applicationId: (await applied()).id }],
  acceptApplication: async () => [anna, 'acceptApplication', { applicationId: (await applied()).id }],
  acceptTask: async () => [ben, 'acceptTask', { taskId: (await openTask('FIRST_COME')).id }],
  withdrawFromTask: async () => [ben, 'withdrawFromTask', { taskId: (await inWork()).id }],
  submitWork: async () => [ben, 'submitWork', { taskId: (await inWork()).id }],
  requestChanges: async () => [anna, 'requestChanges', { taskId: (await submitted()).id }],
  reviewTask: async () => {
    const task = await submitted()
    await anna.approves(task)
    await anna.reviews(task)
    return [ben, 'reviewTask', { taskId: task.id, rating: 4 }]
  },
  openDispute: async () => [ben, 'openDispute', { taskId: (await submitted()).id, reason: 'It is white.' }],
  addEvidence: async () => [ben, 'addEvidence', { disputeId: (await disputed()).id, statement: 'It is white.' }],
  withdrawDispute: async () => [anna, 'withdrawDispute', { disputeId: (await disputed()).id }],
  resolveDispute: async () => [
    fay,
    'resolveDispute',
    { disputeId: (await disputed()).id, toTasker: { amount: '5', currencyCode: 'EUR' }, note: 'A quarter is done.' },
  ],
  approveWork: async () => [anna, 'approveWork', { taskId: (await submitted()).id, idempotencyKey: randomUUID() }],
}

type Send = (request: Record<string, unknown>) => Promise<Outcome>
type Prepared = { send: Send; input: Record<string, unknown> }

const prepared: [name: string, prepare: () => Promise<Prepared>][] = [
  ...Object.entries(requests).map(([name, prepare]): [string, () => Promise<Prepared>] => [
    name,
    async () => {
      const [someone, mutation, input] = await prepare()
      return { send: (request) => someone.asks(mutation, request), input }
    },
  ]),
  ...Object.entries(staffRequests).map(([name, prepare]): [string, () => Promise<Prepared>] => [
    name,
    async () => ({ send: (request) => acts(fay, name as StaffMutation, request), input: await prepare() }),
  ]),
]

test.each(prepared)('%s is rolled back when a statement of it fails', async (name, prepare) => {
  const { send, input } = await prepare()
  const request = name === 'updateTask' ? input : { idempotencyKey: randomUUID(), ...input }
  const before = await everything(app)
  // Fires last, at the commit, because every event waits for its position.
  await app.database.pool.query(
    'create constraint trigger break_down after insert on events deferrable initially deferred for each row execute function break_down()',
  )
  app.logLines.length = 0
  const failure = await send(request).then(
    () => expect.fail('The mutation succeeded.'),
    (error: Error) => error.message,
  )
  await app.database.pool.query('drop trigger break_down on events')
  expect(await everything(app)).toEqual(before)
  expect(failure).not.toMatch(/secret|insert|trigger/)
  const requestId = /"requestId":"([^"]+)"/.exec(failure)?.[1]
  const lines = app.logLines.filter(({ level }) => level === 50)
  expect(lines).toMatchObject([{ requestId }])
  expect(requestId).toBeTruthy()

  // The same key succeeds now, because a failure stores no key.
  expect(await send(request)).toMatchObject({ __typename: expect.stringMatching(/Payload$/), replayed: false })
})
