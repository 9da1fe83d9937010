/**
 * Kills the server and the worker with SIGKILL at a moment of the story that the seed chooses, starts them again, and continues with
 * the same idempotency keys. For every moment the story ends in the same state, each object moved money once, and the ledger is
 * sound.
 */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import {
  AcceptApplicationDocument,
  AdvanceSandboxClockDocument,
  ApplyToTaskDocument,
  ApproveWorkDocument,
  type Client,
  CreateTaskDocument,
  FundTaskDocument,
  LedgerHealthDocument,
  MoneyTrailDocument,
  SetSandboxProviderDocument,
  SubmitWorkDocument,
  TransferDocument,
} from '../../schema/sdk/index.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { type Ground, prepareGround } from './ground.ts'

const SEEDS = 40
// A story without a crash takes about 300 ms; a moment is drawn from a little more, so that some kills come after its end.
const STORY_MS = 400
const STEP_WAIT_MS = 90_000
const RETRY_MS = 50

type Someone = Client & { id: string }

interface Cast {
  poster: Someone
  tasker: Someone
  admin: Someone
}

/** Plays `seeds` stories (40 by default) from seed `from`. Fails at the first with another end. */
export async function crash({ from, seeds = SEEDS }: { from: number; seeds?: number }): Promise<void> {
  const ground = await prepareGround({ worker: 'apart' })
  try {
    await ground.start()
    const cast: Cast = {
      poster: await ground.client('Poster'),
      tasker: await ground.client('Tasker'),
      admin: await ground.client('Admin', 'ADMIN'),
    }
    for (let seed = from; seed < from + seeds; seed++) await playWithCrash(ground, cast, seed)
    const { ledgerHealth } = await cast.admin.send(LedgerHealthDocument)
    assert.equal(ledgerHealth?.ok, true, JSON.stringify(ledgerHealth))
    console.log(`${seeds} crashes: every story ended in the same state, one movement per object, the ledger is sound.`)
  } finally {
    await ground.end()
  }
}

async function playWithCrash(ground: Ground, cast: Cast, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const moment = momentOf(seed, random)
  if (moment.isInCall) await setProvider(cast, 'DELAY')
  const story = playStory(cast, `crash ${seed}`)
  const kill = async () => {
    await moment.wait(ground)
    await ground.kill()
    await ground.start()
    if (moment.isInCall) await setProvider(cast, 'ACCEPT')
  }
  const [first] = await Promise.all([story, kill()])
  const again = await playStory(cast, `crash ${seed}`)
  assert.deepEqual(again.ids, first.ids, 'the same keys give the same answers')
  assert.ok(again.replayed.every(Boolean), 'every answer of the second telling is a replay')
  await checkMoney(ground, cast, again.ids)
  console.log(`seed ${seed}: killed ${moment.name}`)
}

interface Moment {
  name: string
  isInCall: boolean
  wait(ground: Ground): Promise<void>
}

/** Two of four seeds kill at any moment; the others during a call to the provider, which the first two rarely hit. */
function momentOf(seed: number, random: () => number): Moment {
  if (seed % 4 === 2) {
    return { name: 'while a charge was under way', isInCall: true, wait: (ground) => until(() => isCharging(ground)) }
  }
  if (seed % 4 === 3) {
    return { name: 'while a transfer was under way', isInCall: true, wait: (ground) => until(() => isPaying(ground)) }
  }
  const afterMs = Math.floor(random() * STORY_MS)
  return { name: `after ${afterMs} ms`, isInCall: false, wait: () => pause(afterMs) }
}

async function isCharging({ database }: Ground): Promise<boolean> {
  return (await database.run`/* trialCharging */ select from holds where status = 'PENDING'`) > 0
}

async function isPaying({ database }: Ground): Promise<boolean> {
  return (await database.run`/* trialPaying */ select from transfers where status = 'PROCESSING'`) > 0
}

async function playStory({ poster, tasker, admin }: Cast, name: string) {
  const replayed: boolean[] = []
  const key = (step: string) => `${name} ${step}`

  const { task } = await persist(admin, async () => {
    const input = {
      idempotencyKey: key('post'),
      title: name,
      description: 'Told through a crash.',
      budget: { amount: '50.00', currencyCode: 'EUR' },
      publish: true,
    }
    return success((await poster.send(CreateTaskDocument, { input })).createTask, 'TaskPayload', replayed)
  })
  const { application } = await persist(admin, async () => {
    const input = { idempotencyKey: key('apply'), taskId: task.id }
    return success((await tasker.send(ApplyToTaskDocument, { input })).applyToTask, 'ApplicationPayload', replayed)
  })
  const { chat } = await persist(admin, async () => {
    const input = { idempotencyKey: key('accept'), applicationId: application.id }
    return success(
      (await poster.send(AcceptApplicationDocument, { input })).acceptApplication,
      'AcceptTaskPayload',
      replayed,
    )
  })
  const { hold } = await persist(admin, async () => {
    const input = { idempotencyKey: key('fund'), taskId: task.id, paymentMethodId: 'pm_ok' }
    return success((await poster.send(FundTaskDocument, { input })).fundTask, 'FundTaskPayload', replayed)
  })
  await persist(admin, async () => {
    const input = { idempotencyKey: key('submit'), taskId: task.id }
    return success((await tasker.send(SubmitWorkDocument, { input })).submitWork, 'TaskPayload', replayed)
  })
  const { transfer } = await persist(admin, async () => {
    const input = { idempotencyKey: key('approve'), taskId: task.id }
    return success((await poster.send(ApproveWorkDocument, { input })).approveWork, 'ApproveWorkPayload', replayed)
  })
  await persist(admin, async () => {
    const paid = await tasker.send(TransferDocument, { id: transfer.id })
    if (paid.transfer?.status !== 'SUCCEEDED') throw new NotYet(`the transfer is ${paid.transfer?.status}`)
  })
  const ids = { task: task.id, application: application.id, chat: chat.id, hold: hold.id, transfer: transfer.id }
  return { ids, replayed }
}

class NotYet extends Error {}

type Success<Answer, Name> = Extract<Answer, { __typename: Name }>

/** Returns the success. Throws NotYet for an answer that may become a success when the same request is retried. */
function success<Answer extends { __typename: string }, Name extends string>(
  answer: Answer,
  name: Name,
  replayed: boolean[],
): Success<Answer, Name> {
  if (answer.__typename === name) {
    replayed.push('replayed' in answer && answer.replayed === true)
    return answer as Success<Answer, Name>
  }
  if ('retryable' in answer && answer.retryable === true) throw new NotYet(JSON.stringify(answer))
  // Work cannot be submitted while the outcome of the payment is unknown. The clock makes the look-up due.
  if (answer.__typename === 'IllegalTransitionError') throw new NotYet(JSON.stringify(answer))
  throw new Error(`${name} expected, not ${JSON.stringify(answer)}`)
}

/** Retries the step with the same key until it succeeds, and moves the clock so that timers become due. */
async function persist<Result>(admin: Client, step: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + STEP_WAIT_MS
  for (;;) {
    try {
      return await step()
    } catch (error) {
      const isWorthAnother = error instanceof NotYet || !(error instanceof assert.AssertionError)
      if (!isWorthAnother || Date.now() > deadline) throw error
      if (error instanceof NotYet) await moveClock(admin)
    }
    await pause(RETRY_MS)
  }
}

async function moveClock(admin: Client): Promise<void> {
  await admin.send(AdvanceSandboxClockDocument, { input: { by: 'PT31S' } }).catch(() => undefined)
}

async function setProvider({ admin }: Cast, mode: 'ACCEPT' | 'DELAY'): Promise<void> {
  await persist(admin, () => admin.send(SetSandboxProviderDocument, { input: { mode } }))
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + STEP_WAIT_MS
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error('The moment never came.')
    await pause(5)
  }
}

async function checkMoney(
  { database }: Ground,
  { poster }: Cast,
  ids: { task: string; hold: string; transfer: string },
) {
  const movements = await database.rows<{ kind: string; ourReference: string; amountMinor: bigint }>`
    /* trialMovements */
    select kind::text, our_reference, amount_minor
    from sandbox.movements
    where our_reference in (${ids.hold}, ${ids.transfer})
    order by kind`
  assert.deepEqual(movements, [
    { kind: 'charge', ourReference: ids.hold, amountMinor: 5000n },
    { kind: 'transfer', ourReference: ids.transfer, amountMinor: 4500n },
  ])
  const { task } = await poster.send(MoneyTrailDocument, { taskId: ids.task })
  assert.equal(task?.moneyTrail?.balanced, true)
  assert.equal(task.moneyTrail.transferred.minorUnits, '4500')
}
