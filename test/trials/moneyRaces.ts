/**
 * Races for money over HTTP on two servers: approval against dispute, approval by time against dispute, resolution against withdrawal,
 * and a hundred parts of one hold or transfer at once. Each race has one outcome, every outcome is paid once, and the ledger is sound.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  AcceptTaskDocument,
  AdvanceSandboxClockDocument,
  ApproveWorkDocument,
  type Client,
  CreateTaskDocument,
  createClient,
  FundTaskDocument,
  LedgerHealthDocument,
  OpenDisputeDocument,
  RefundHoldDocument,
  RequestError,
  ResolveDisputeDocument,
  ReverseTransferDocument,
  SubmitWorkDocument,
  WithdrawDisputeDocument,
} from '../../schema/sdk/index.ts'
import type { Role } from '../../src/db/generated/enums.ts'
import { printTable } from '../bench/report.ts'
import { fromPublicId } from '../support/publicIds.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { type Ground, prepareGround } from './ground.ts'
import { movementsOf, paymentsOf } from './payments.ts'

const ROUNDS = 200
// Tasks whose races run at the same time.
const TASKS_AT_ONCE = 10
// Two requests meet at the same row if neither is much earlier. The seed decides which is.
const HEAD_START_MS = 60
const CLOCK_MS = 1_000
const PARTS = 100
const PART_ROUNDS = 10
const PART_ATTEMPTS_MAX = 20
const SETTLED_WAIT_MS = 120_000
const POLL_MS = 20

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' })

/** A person, with a client on each server. */
interface Someone {
  id: string
  on: readonly [Client, Client]
}

interface Submitted {
  taskId: string
  holdId: string
  poster: Someone
  tasker: Someone
}

interface Stage {
  ground: Ground
  finance: Someone
  admin: Someone
  random: () => number
  /** The time that the last move of the clock took. The next disputes are sent at any time of it. */
  clockMs: number
}

/** A counted outcome of a race. */
type Outcomes = Map<string, number>

/** Runs `seeds` rounds of each race (200 by default). */
export async function moneyRaces({ from, seeds: rounds = ROUNDS }: { from: number; seeds?: number }): Promise<void> {
  const ground = await prepareGround({ worker: 'inline', servers: 2 })
  try {
    await ground.start()
    const finance = await someone(ground, 'Finance', 'FINANCE')
    const admin = await someone(ground, 'Admin', 'ADMIN')
    const stage: Stage = { ground, finance, admin, random: seededRandom(from), clockMs: CLOCK_MS }
    const partRounds = Math.max(1, Math.round((rounds * PART_ROUNDS) / ROUNDS))
    const results: [string, Outcomes][] = [
      ['approved or disputed', await inRounds(rounds, () => approvedOrDisputed(stage))],
      ['approved by time or disputed', await inBatches(rounds, (count) => approvedByTimeOrDisputed(stage, count))],
      ['resolved or withdrawn', await inRounds(rounds, () => resolvedOrWithdrawn(stage))],
      [`${PARTS} refunds of a hold`, await inRounds(partRounds, () => manyRefunds(stage))],
      [`${PARTS} reversals of a transfer`, await inRounds(partRounds, () => manyReversals(stage))],
    ]
    const { ledgerHealth } = await finance.on[0].send(LedgerHealthDocument)
    assert.equal(ledgerHealth?.ok, true, JSON.stringify(ledgerHealth))
    printTable(
      'Races for money on two servers',
      ['rounds', 'outcomes'],
      results.map(([race, outcomes]) => [
        race,
        String([...outcomes.values()].reduce((sum, count) => sum + count, 0)),
        [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', '),
      ]),
    )
    console.log('Every race had one outcome, every outcome was paid once, and the ledger is sound.')
  } finally {
    await ground.end()
  }
}

async function someone(ground: Ground, name: string, ...roles: Role[]): Promise<Someone> {
  const { id, accessToken: token } = await ground.signIn(name, ...roles)
  const [first, second] = ground.ports.map((port) => createClient({ url: `http://127.0.0.1:${port}/graphql`, token }))
  if (!first || !second) throw new Error('There are two servers.')
  return { id, on: [first, second] }
}

async function inRounds(rounds: number, race: () => Promise<string>): Promise<Outcomes> {
  return inBatches(rounds, (count) => Promise.all(Array.from({ length: count }, race)))
}

async function inBatches(rounds: number, races: (count: number) => Promise<string[]>): Promise<Outcomes> {
  const outcomes: Outcomes = new Map()
  for (let done = 0; done < rounds; done += TASKS_AT_ONCE) {
    for (const outcome of await races(Math.min(TASKS_AT_ONCE, rounds - done))) {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
  }
  return outcomes
}

/** Submitted work of new people: 20.00 are held. */
async function submitted({ ground }: Stage): Promise<Submitted> {
  const [poster, tasker] = [await someone(ground, 'Poster'), await someone(ground, 'Tasker')]
  const content = { title: 'Paint the fence', description: 'White.', budget: eur('20.00'), publish: true } as const
  const { createTask } = await poster.on[0].send(CreateTaskDocument, {
    input: { ...content, acceptanceMode: 'FIRST_COME' },
  })
  assert.equal(createTask.__typename, 'TaskPayload')
  const taskId = createTask.task.id
  const { acceptTask } = await tasker.on[1].send(AcceptTaskDocument, { input: { taskId } })
  assert.equal(acceptTask.__typename, 'AcceptTaskPayload')
  const { fundTask } = await poster.on[0].send(FundTaskDocument, {
    input: { idempotencyKey: `fund ${taskId}`, taskId, paymentMethodId: 'pm_ok' },
  })
  assert.equal(fundTask.__typename, 'FundTaskPayload')
  const { submitWork } = await tasker.on[1].send(SubmitWorkDocument, { input: { taskId } })
  assert.equal(submitWork.__typename, 'TaskPayload')
  return { taskId, holdId: fundTask.hold.id, poster, tasker }
}

/** Sends both requests, one of them with a head start. */
async function together<One, Other>(
  { random }: Stage,
  one: () => Promise<One>,
  other: () => Promise<Other>,
): Promise<[One, Other]> {
  const headStartMs = (random() * 2 - 1) * HEAD_START_MS
  const after = async <Answer>(ms: number, send: () => Promise<Answer>) => {
    if (ms > 0) await pause(ms)
    return send()
  }
  return Promise.all([after(headStartMs, one), after(-headStartMs, other)])
}

const disputes = async (client: Client, taskId: string) =>
  (await client.send(OpenDisputeDocument, { input: { taskId, reason: 'The paint is grey.' } })).openDispute

async function approvedOrDisputed(stage: Stage): Promise<string> {
  const { taskId, poster, tasker } = await submitted(stage)
  const [approved, disputed] = await together(
    stage,
    async () => (await poster.on[0].send(ApproveWorkDocument, { input: { taskId } })).approveWork,
    () => disputes(tasker.on[1], taskId),
  )
  const isApproved = approved.__typename === 'ApproveWorkPayload'
  if (isApproved) assert.equal(disputed.__typename, 'IllegalTransitionError', JSON.stringify(disputed))
  else assert.deepEqual([approved.__typename, disputed.__typename], ['IllegalTransitionError', 'DisputePayload'])
  return expectPaid(stage, taskId, isApproved ? APPROVED : DISPUTED)
}

async function approvedByTimeOrDisputed(stage: Stage, count: number): Promise<string[]> {
  const works = await Promise.all(Array.from({ length: count }, () => submitted(stage)))
  const startedAt = performance.now()
  const [, answers] = await Promise.all([
    stage.admin.on[0].send(AdvanceSandboxClockDocument, { input: { by: 'P5DT1M' } }),
    Promise.all(
      works.map(async ({ taskId, tasker }) => {
        await pause(stage.random() * stage.clockMs)
        return disputes(tasker.on[1], taskId)
      }),
    ),
  ])
  stage.clockMs = performance.now() - startedAt
  return Promise.all(
    works.map(async ({ taskId }, index) => {
      const answer = answers[index]
      const isDisputed = answer?.__typename === 'DisputePayload'
      if (!isDisputed) assert.equal(answer?.__typename, 'IllegalTransitionError', JSON.stringify(answer))
      return expectPaid(stage, taskId, isDisputed ? DISPUTED : APPROVED)
    }),
  )
}

async function resolvedOrWithdrawn(stage: Stage): Promise<string> {
  const { taskId, poster } = await submitted(stage)
  const opened = await disputes(poster.on[0], taskId)
  assert.equal(opened.__typename, 'DisputePayload')
  const disputeId = opened.dispute.id
  const decision = { disputeId, toTasker: eur('5.00'), note: 'A quarter is done.' }
  const [resolved, withdrawn] = await together(
    stage,
    async () => (await stage.finance.on[0].send(ResolveDisputeDocument, { input: decision })).resolveDispute,
    async () => (await poster.on[1].send(WithdrawDisputeDocument, { input: { disputeId } })).withdrawDispute,
  )
  const isResolved = resolved.__typename === 'DisputePayload'
  if (isResolved) assert.equal(withdrawn.__typename, 'IllegalTransitionError', JSON.stringify(withdrawn))
  else assert.deepEqual([resolved.__typename, withdrawn.__typename], ['IllegalTransitionError', 'DisputePayload'])
  return expectPaid(stage, taskId, isResolved ? RESOLVED : WITHDRAWN)
}

/** A hundred refunds of 0.30 of the 20.00: 66 of them fit, and leave 0.20. */
async function manyRefunds(stage: Stage): Promise<string> {
  const { taskId, holdId } = await submitted(stage)
  const answers = await parts(stage, async (client, idempotencyKey) => {
    const input = { idempotencyKey, holdId, amount: eur('0.30'), reason: 'A part is missing.' }
    return (await client.send(RefundHoldDocument, { input })).refundHold
  })
  expectCounts(answers, { RefundPayload: 66, InsufficientFundsError: PARTS - 66 })
  const refunds = Array.from({ length: 66 }, () => 'refund 30')
  return expectPaid(stage, taskId, {
    outcome: '66 refunds',
    state: { status: 'SUBMITTED', hold: 'HELD', frozen: false, disputes: 0 },
    movements: ['charge 2000', ...refunds],
  })
}

/** A hundred reversals of 0.30 of the 18.00 that were paid: 60 of them fit. */
async function manyReversals(stage: Stage): Promise<string> {
  const { taskId, poster } = await submitted(stage)
  const { approveWork } = await poster.on[0].send(ApproveWorkDocument, { input: { taskId } })
  assert.equal(approveWork.__typename, 'ApproveWorkPayload')
  const { transfer } = approveWork
  await expectPaid(stage, taskId, APPROVED)
  const answers = await parts(stage, async (client, idempotencyKey) => {
    const input = {
      idempotencyKey,
      transferId: transfer.id,
      amount: eur('0.30'),
      returnFee: true,
      reason: 'A part is missing.',
    }
    return (await client.send(ReverseTransferDocument, { input })).reverseTransfer
  })
  // A late request finds the transfer REVERSED already.
  expectCounts(
    answers.map((answer) => (answer === 'IllegalTransitionError' ? 'InsufficientFundsError' : answer)),
    { ReversalPayload: 60, InsufficientFundsError: PARTS - 60 },
  )
  const reversals = Array.from({ length: 60 }, () => 'reversal 30')
  return expectPaid(stage, taskId, {
    outcome: '60 reversals',
    state: { status: 'COMPLETED', hold: 'HELD', frozen: false, disputes: 0 },
    movements: ['charge 2000', ...reversals, 'transfer 1800'],
  })
}

/**
 * Sends a request a hundred times at once, half of them to each server, and returns the types of the answers. A request that has waited
 * two seconds for the row is refused as overloaded; it is sent again under its key.
 */
async function parts(
  { finance }: Stage,
  send: (client: Client, idempotencyKey: string) => Promise<{ __typename: string }>,
): Promise<string[]> {
  const persist = async (index: number): Promise<string> => {
    const [client, key] = [finance.on[index % 2 === 0 ? 0 : 1], randomUUID()]
    for (let attempt = 1; ; attempt++) {
      try {
        return (await send(client, key)).__typename
      } catch (error) {
        const isOverloaded = error instanceof RequestError && error.problems[0]?.extensions?.code === 'OVERLOADED'
        if (!isOverloaded || attempt === PART_ATTEMPTS_MAX) throw error
      }
    }
  }
  return Promise.all(Array.from({ length: PARTS }, (_, index) => persist(index)))
}

function expectCounts(answers: readonly string[], expected: Record<string, number>): void {
  const counts: Record<string, number> = {}
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1
  assert.deepEqual(counts, expected)
}

interface End {
  outcome: string
  state: { status: string; hold: string; frozen: boolean; disputes: number }
  movements: string[]
}

const APPROVED: End = {
  outcome: 'approved',
  state: { status: 'COMPLETED', hold: 'RELEASED', frozen: false, disputes: 0 },
  movements: ['charge 2000', 'transfer 1800'],
}
const DISPUTED: End = {
  outcome: 'disputed',
  state: { status: 'DISPUTED', hold: 'HELD', frozen: true, disputes: 1 },
  movements: ['charge 2000'],
}
const RESOLVED: End = {
  outcome: 'resolved',
  state: { status: 'COMPLETED', hold: 'RELEASED', frozen: false, disputes: 0 },
  movements: ['charge 2000', 'refund 1500', 'transfer 450'],
}
const WITHDRAWN: End = {
  outcome: 'withdrawn',
  state: { status: 'SUBMITTED', hold: 'HELD', frozen: false, disputes: 0 },
  movements: ['charge 2000'],
}

/** Waits until the payments of the task are settled, and compares its state, its movements at the provider and its money trail. */
async function expectPaid({ ground }: Stage, taskId: string, { outcome, state, movements }: End): Promise<string> {
  const uuid = fromPublicId('tsk', taskId)
  const deadline = Date.now() + SETTLED_WAIT_MS
  let payments = await paymentsOf(ground.database, taskId)
  while (!payments.every(({ isSettled }) => isSettled)) {
    if (Date.now() > deadline) throw new Error(`Payments of ${taskId} are not settled.`)
    await pause(POLL_MS)
    payments = await paymentsOf(ground.database, taskId)
  }
  const end = await ground.database.row`
    /* raceEnd */
    select
      task.status::text,
      hold.status::text as hold,
      hold.frozen,
      (select count(*)::integer from disputes where task_id = task.id and status = 'OPEN') as disputes
    from tasks task
    join holds hold on hold.task_id = task.id
    where task.id = ${uuid}`
  assert.deepEqual(end, state)
  assert.deepEqual(await movementsOf(ground.database, payments), movements)
  const trail = await ground.database.row<{ balanced: boolean }>`
    /* raceTrail */
    select balanced
    from money_trail(${uuid})`
  assert.equal(trail?.balanced, true)
  return outcome
}
