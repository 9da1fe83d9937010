/**
 * 1,000 transfers with a provider that loses 30 % of its answers, refuses 10 % of the orders and delays 10 %, and sends webhooks doubled
 * and in any order. At the end each transfer is paid once, and what is owed equals what the provider's own book says was paid.
 */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import {
  AcceptTaskDocument,
  ApproveWorkDocument,
  type Client,
  CreateTaskDocument,
  FundTaskDocument,
  LedgerHealthDocument,
  SubmitWorkDocument,
} from '../../schema/sdk/index.ts'
import { toPublicId } from '../support/publicIds.ts'
import { type Ground, prepareGround } from './ground.ts'
import { type HostileProvider, hostileSandbox, hostileStripe, type Paid } from './hostileProviders.ts'

const TRANSFERS = 1_000
const PAIRS = 8
const PROVIDERS = { sandbox: hostileSandbox, stripe: hostileStripe }
// The longest pause of a retry after several refusals is a day; a look-up is due after 30 s.
const STEP = '31 seconds'
const END_WAIT_MS = 600_000

type Someone = Client & { id: string }
interface Pair {
  poster: Someone
  tasker: Someone
}

/** Runs one round with the seed `from`; `seeds` is the number of transfers. */
export async function hostile({
  from,
  seeds: count = TRANSFERS,
  provider: name = 'stripe',
}: {
  from: number
  seeds?: number
  provider?: string
}): Promise<void> {
  if (name !== 'sandbox' && name !== 'stripe') throw new Error('--provider must be sandbox or stripe.')
  const provider = await PROVIDERS[name](from)
  const ground = await prepareGround({ worker: 'inline', environment: provider.environment })
  try {
    await ground.start()
    const pairs: Pair[] = []
    for (let index = 0; index < PAIRS; index++) {
      pairs.push({ poster: await ground.client(`Poster${index}`), tasker: await ground.client(`Tasker${index}`) })
    }
    await provider.begin(
      ground,
      pairs.map(({ tasker }) => tasker),
    )
    const started = performance.now()
    await submitAll(pairs, count)
    provider.turnHostile()
    await approveAll(ground, pairs)
    await untilPaid(ground)
    await provider.calmDown()
    await check(ground, provider, count)
    const finance = await ground.client('Finance', 'FINANCE')
    const { ledgerHealth } = await finance.send(LedgerHealthDocument)
    assert.equal(ledgerHealth?.ok, true, JSON.stringify(ledgerHealth))
    const seconds = Math.round((performance.now() - started) / 1000)
    console.log(`${name}, seed ${from}, ${seconds} s. ${provider.summary()}.`)
    console.log(`${count} transfers were paid once each; owed equals paid; the ledger is sound.`)
  } finally {
    await provider.end()
    await ground.end()
  }
}

const inTurns = async (pairs: readonly Pair[], count: number, step: (pair: Pair, index: number) => Promise<void>) => {
  let next = 0
  await Promise.all(
    pairs.map(async (pair) => {
      while (next < count) await step(pair, next++)
    }),
  )
}

/** Creates tasks whose work is submitted, each at another price. */
async function submitAll(pairs: readonly Pair[], count: number): Promise<void> {
  await inTurns(pairs, count, async ({ poster, tasker }, index) => {
    const { createTask } = await poster.send(CreateTaskDocument, {
      input: {
        title: `Hostile ${index}`,
        description: 'Paid once, whatever happens.',
        budget: { amount: `${20 + (index % 50)}.${String(index % 100).padStart(2, '0')}`, currencyCode: 'EUR' },
        acceptanceMode: 'FIRST_COME',
        publish: true,
      },
    })
    if (createTask.__typename !== 'TaskPayload') throw new Error(JSON.stringify(createTask))
    const taskId = createTask.task.id
    const paymentMethodId = 'pm_ok'
    const input = { taskId, paymentMethodId, idempotencyKey: `fund ${taskId}` }
    const { fundTask } = await poster.send(FundTaskDocument, { input })
    assert.equal(fundTask.__typename, 'FundTaskPayload', JSON.stringify(fundTask))
    const { acceptTask } = await tasker.send(AcceptTaskDocument, { input: { taskId } })
    assert.equal(acceptTask.__typename, 'AcceptTaskPayload', JSON.stringify(acceptTask))
    const { submitWork } = await tasker.send(SubmitWorkDocument, { input: { taskId, message: 'Done.' } })
    assert.equal(submitWork.__typename, 'TaskPayload', JSON.stringify(submitWork))
  })
}

async function approveAll({ database }: Ground, pairs: readonly Pair[]): Promise<void> {
  const tasks = await database.rows<{ id: string; posterId: string }>`
    /* trialSubmitted */
    select id, poster_id
    from tasks
    where status = 'SUBMITTED'`
  const posters = new Map(pairs.map(({ poster }) => [poster.id, poster]))
  await inTurns(pairs, tasks.length, async (_pair, index) => {
    const task = tasks[index]
    const poster = posters.get(toPublicId('usr', String(task?.posterId)))
    if (!task || !poster) throw new Error('The task has no poster.')
    const input = { taskId: toPublicId('tsk', task.id), idempotencyKey: `approve ${task.id}` }
    const { approveWork } = await poster.send(ApproveWorkDocument, { input })
    assert.equal(approveWork.__typename, 'ApproveWorkPayload', JSON.stringify(approveWork))
  })
}

/** Moves the clock until every transfer has its end, so that look-ups and retries become due. */
async function untilPaid({ database }: Ground): Promise<void> {
  const deadline = Date.now() + END_WAIT_MS
  for (;;) {
    const open = await database.rows<{ status: string; count: bigint }>`
      /* trialOpenTransfers */
      select status::text, count(*) as count
      from transfers
      where status <> 'SUCCEEDED'
      group by status`
    if (open.length === 0) return
    if (Date.now() > deadline || open.some(({ status }) => status === 'FAILED'))
      throw new Error(`Not paid: ${open.map(({ status, count }) => `${count} ${status}`).join(', ')}.`)
    await database.run`
      /* trialClock */
      update sandbox.clock
      set ahead_by = ahead_by + ${STEP}::interval`
    await pause(500)
  }
}

async function check({ database }: Ground, provider: HostileProvider, count: number): Promise<void> {
  const rows = await database.rows<{ id: string; netMinor: bigint }>`
    /* trialOwed */
    select id, net_minor
    from transfers`
  const owed: Paid[] = rows.map(({ id, netMinor }) => ({ reference: toPublicId('trf', id), amountMinor: netMinor }))
  const byReference = (one: Paid, other: Paid) => (one.reference < other.reference ? -1 : 1)
  const paid = await provider.paid()
  assert.equal(owed.length, count)
  assert.deepEqual(paid.sort(byReference), owed.sort(byReference))
  const sum = (list: readonly Paid[]) => list.reduce((total, { amountMinor }) => total + amountMinor, 0n)
  assert.equal(sum(paid), sum(owed))
}
