/** The story of the trial `crash`: from a post over an approval, or a dispute and its resolution, to money that is taken back. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import {
  AcceptApplicationDocument,
  AddEvidenceDocument,
  ApplyToTaskDocument,
  ApproveWorkDocument,
  CreateTaskDocument,
  FundTaskDocument,
  MoneyTrailDocument,
  OpenDisputeDocument,
  RefundHoldDocument,
  ResolveDisputeDocument,
  ReverseTransferDocument,
  SubmitWorkDocument,
} from '../../schema/sdk/index.ts'
import { fromPublicId } from '../support/publicIds.ts'
import type { Cast, CrashProvider, StoryKind } from './crashKill.ts'
import type { Ground } from './ground.ts'
import { paymentsOf, textsOf } from './payments.ts'

const STEP_WAIT_MS = 90_000
const RETRY_MS = 50

export interface Telling {
  name: string
  kind: StoryKind
  /** Called before the first request of each step. */
  atStep(step: string): Promise<void>
  clock: TellingClock
}

/** The clock of a telling. */
export interface TellingClock {
  /** False while the clock must not be moved, because the timers would do what a job is to do. */
  mayMove(): boolean
  /** Moves it so that timers become due. */
  move(): Promise<void>
}

interface Ids {
  task: string
  application: string
  chat: string
  hold: string
  dispute: string | null
  transfer: string
  reversal: string
  refund: string
}

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' })

// What is reversed, and what the reversal returns to the hold together with its share of the fee.
const REVERSED = { approved: eur('20.00'), disputed: eur('10.00') }
const HELD_AGAIN = { approved: eur('22.22'), disputed: eur('11.11') }

/** Movements at the provider and postings at the end, in the order of their texts. */
const END: Record<StoryKind, { movements: string[]; postings: string[]; trail: Record<string, string> }> = {
  approved: {
    movements: ['charge 5000', 'refund 2222', 'reversal 2000', 'transfer 4500'],
    postings: [
      'hold.funded 5000',
      'refund.requested 2222',
      'refund.succeeded 2222',
      'reversal.succeeded 2222',
      'transfer.created 5000',
      'transfer.succeeded 4500',
    ],
    trail: { paidIn: '5000', transferred: '2500', fees: '278', refunded: '2222', held: '0' },
  },
  disputed: {
    movements: ['charge 5000', 'refund 1111', 'refund 2000', 'reversal 1000', 'transfer 2700'],
    postings: [
      'hold.funded 5000',
      'refund.requested 1111',
      'refund.requested 2000',
      'refund.succeeded 1111',
      'refund.succeeded 2000',
      'reversal.succeeded 1111',
      'transfer.created 3000',
      'transfer.succeeded 2700',
    ],
    trail: { paidIn: '5000', transferred: '1700', fees: '189', refunded: '3111', held: '0' },
  },
}

/** Tells the story, retrying each step with the same key until it succeeds. */
export async function playStory(
  ground: Ground,
  cast: Cast,
  telling: Telling,
): Promise<{ ids: Ids; replayed: boolean[] }> {
  const { poster, tasker, finance } = cast
  const { name, kind } = telling
  const replayed: boolean[] = []
  const step = async <Answer extends { __typename: string }, Name extends string>(
    stepName: string,
    payload: Name,
    send: (idempotencyKey: string) => Promise<Answer>,
  ): Promise<Success<Answer, Name>> => {
    await telling.atStep(stepName)
    const answer = await persist(telling.clock, async () => success(await send(`${name} ${stepName}`), payload))
    replayed.push('replayed' in answer && answer.replayed === true)
    return answer
  }

  const { task } = await step('post', 'TaskPayload', async (idempotencyKey) => {
    const content = { title: name, description: 'Told through a crash.', budget: eur('50.00'), publish: true }
    return (await poster.send(CreateTaskDocument, { input: { idempotencyKey, ...content } })).createTask
  })
  const taskId = task.id
  const { application } = await step('apply', 'ApplicationPayload', async (idempotencyKey) => {
    return (await tasker.send(ApplyToTaskDocument, { input: { idempotencyKey, taskId } })).applyToTask
  })
  const { chat } = await step('accept', 'AcceptTaskPayload', async (idempotencyKey) => {
    const input = { idempotencyKey, applicationId: application.id }
    return (await poster.send(AcceptApplicationDocument, { input })).acceptApplication
  })
  const { hold } = await step('fund', 'FundTaskPayload', async (idempotencyKey) => {
    const input = { idempotencyKey, taskId, paymentMethodId: 'pm_ok' }
    return (await poster.send(FundTaskDocument, { input })).fundTask
  })
  await step('submit', 'TaskPayload', async (idempotencyKey) => {
    return (await tasker.send(SubmitWorkDocument, { input: { idempotencyKey, taskId } })).submitWork
  })
  const dispute = kind === 'disputed' ? await haveDispute() : null
  if (kind === 'approved') {
    await step('approve', 'ApproveWorkPayload', async (idempotencyKey) => {
      return (await poster.send(ApproveWorkDocument, { input: { idempotencyKey, taskId } })).approveWork
    })
  }
  const transfer = await settled()
  const { reversal } = await step('reverse', 'ReversalPayload', async (idempotencyKey) => {
    const input = {
      idempotencyKey,
      transferId: transfer,
      amount: REVERSED[kind],
      returnFee: true,
      reason: 'A scratch.',
    }
    return (await finance.send(ReverseTransferDocument, { input })).reverseTransfer
  })
  await settled()
  const { refund } = await step('refund', 'RefundPayload', async (idempotencyKey) => {
    const input = { idempotencyKey, holdId: hold.id, amount: HELD_AGAIN[kind], reason: 'A scratch.' }
    return (await finance.send(RefundHoldDocument, { input })).refundHold
  })
  await settled()
  return {
    ids: {
      task: taskId,
      application: application.id,
      chat: chat.id,
      hold: hold.id,
      dispute,
      transfer,
      reversal: reversal.id,
      refund: refund.id,
    },
    replayed,
  }

  /** The poster opens a dispute, the tasker adds evidence, and finance staff divide the money. */
  async function haveDispute(): Promise<string> {
    const opened = await step('dispute', 'DisputePayload', async (idempotencyKey) => {
      const input = { idempotencyKey, taskId, reason: 'There is a scratch.' }
      return (await poster.send(OpenDisputeDocument, { input })).openDispute
    })
    const disputeId = opened.dispute.id
    await step('evidence', 'DisputePayload', async (idempotencyKey) => {
      const input = { idempotencyKey, disputeId, statement: 'It was there before.' }
      return (await tasker.send(AddEvidenceDocument, { input })).addEvidence
    })
    await step('resolve', 'DisputePayload', async (idempotencyKey) => {
      const input = { idempotencyKey, disputeId, toTasker: eur('30.00'), note: 'A small scratch.' }
      return (await finance.send(ResolveDisputeDocument, { input })).resolveDispute
    })
    return disputeId
  }

  /** Waits until all payments of the task have been made, and returns its transfer. */
  async function settled(): Promise<string> {
    return persist(telling.clock, async () => {
      const payments = await paymentsOf(ground.database, taskId)
      const paid = payments.find(({ reference }) => reference.startsWith('trf'))
      if (!paid || !payments.every(({ isSettled }) => isSettled)) throw new NotYet('A payment is not settled.')
      return paid.reference
    })
  }
}

/** Compares the end with that of a story without a crash. */
export async function checkEnd(
  { ground, cast: { poster }, provider }: { ground: Ground; cast: Cast; provider: Pick<CrashProvider, 'movementsOf'> },
  kind: StoryKind,
  ids: Ids,
): Promise<void> {
  const { movements, postings, trail } = END[kind]
  const taskId = fromPublicId('tsk', ids.task)
  const payments = await paymentsOf(ground.database, ids.task)
  assert.deepEqual(textsOf(await provider.movementsOf(payments), payments), movements)
  const posted = await ground.database.rows<{ posting: string }>`
    /* trialPostings */
    select posting.kind || ' ' || sum(entry.amount_minor) filter (where entry.direction = 'DEBIT') as posting
    from ledger_transactions posting
    join ledger_entries entry on entry.transaction_id = posting.id
    where posting.task_id = ${taskId}
    group by posting.id
    order by posting`
  assert.deepEqual(
    posted.map(({ posting }) => posting),
    postings,
  )
  const { task } = await poster.send(MoneyTrailDocument, { taskId: ids.task })
  assert.equal(task?.moneyTrail?.balanced, true)
  const { paidIn, transferred, fees, refunded, held } = task.moneyTrail
  const amounts = Object.entries({ paidIn, transferred, fees, refunded, held })
  assert.deepEqual(Object.fromEntries(amounts.map(([part, { minorUnits }]) => [part, minorUnits])), trail)
}

class NotYet extends Error {}

type Success<Answer, Name> = Extract<Answer, { __typename: Name }>

/** Returns the success. Throws NotYet for an answer that may become a success when the same request is retried. */
function success<Answer extends { __typename: string }, Name extends string>(
  answer: Answer,
  name: Name,
): Success<Answer, Name> {
  if (answer.__typename === name) return answer as Success<Answer, Name>
  if ('retryable' in answer && answer.retryable === true) throw new NotYet(JSON.stringify(answer))
  // Work cannot be submitted while the outcome of the payment is unknown. The clock makes the look-up due.
  if (answer.__typename === 'IllegalTransitionError') throw new NotYet(JSON.stringify(answer))
  throw new assert.AssertionError({ message: `${name} expected, not ${JSON.stringify(answer)}` })
}

/** Retries the step with the same key until it succeeds, and moves the clock so that timers become due. */
export async function persist<Result>(clock: TellingClock, step: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + STEP_WAIT_MS
  for (;;) {
    try {
      return await step()
    } catch (error) {
      if (error instanceof assert.AssertionError || Date.now() > deadline) throw error
      if (error instanceof NotYet && clock.mayMove()) await clock.move()
    }
    await pause(RETRY_MS)
  }
}
