/** Finance staff divide the money of a dispute: any split, to the minor unit, paid once each, in one transaction. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import {
  closeBooks,
  holdRows,
  moneyMoves,
  moneyWorld,
  postingsOf,
  refundRows,
  taskAtWork,
  taskStatus,
  trailOf,
  type World,
} from '../../support/money.ts'
import { type Actor, actor, expectRefusal, historyOf, type Named } from '../../support/story.ts'

let world: World
let anna: Actor
let ben: Actor
let fay: Actor

beforeAll(async () => {
  world = await moneyWorld()
  ;({ anna, ben, fay } = world)
})
afterAll(async () => {
  await closeBooks(world)
})

/** A dispute about submitted work, opened by someone without other support chats. */
async function disputed(fields: Record<string, unknown> = {}): Promise<{ task: Named; dispute: Named }> {
  const task = await taskAtWork(world, fields)
  await ben.submits(task)
  const dispute = await ben.disputes(task)
  await world.app.database.pool.query(
    `update chats set status = 'ENDED', end_reason = 'CUSTOMER_ENDED', ended_at = errand_now() where status = 'QUEUED'`,
  )
  return { task, dispute }
}

const decision = ({ id }: Named, amount: string, currencyCode = 'EUR') => ({
  disputeId: id,
  toTasker: { amount, currencyCode },
  note: 'Half of it is grey.',
  idempotencyKey: randomUUID(),
})
const transfersOf = ({ uuid }: Named) => world.app.prisma.transfer.findMany({ where: { taskId: uuid } })
const messagesOf = async ({ uuid }: Named): Promise<string[]> => {
  const messages = await world.app.prisma.message.findMany({
    where: { chat: { taskId: uuid } },
    orderBy: { sequence: 'asc' },
  })
  return messages.map(({ body }) => body)
}

test.each([
  // floor(200 x 1000 / 2000) = 100
  ['20.00', 'EUR', '10.00', 1000n, 100n, 1000n],
  ['20.00', 'EUR', '20.00', 2000n, 200n, 0n],
  ['20.00', 'EUR', '0.01', 1n, 0n, 1999n],
  ['20.00', 'EUR', '19.99', 1999n, 199n, 1n],
  // The least fee: floor(100 x 50 / 101) = 49
  ['1.01', 'EUR', '0.50', 50n, 49n, 51n],
  ['1.01', 'EUR', '0.01', 1n, 0n, 100n],
  ['1239', 'JPY', '1000', 1000n, 99n, 239n],
  ['12.345', 'KWD', '0.001', 1n, 0n, 12344n],
  ['10000000000000.00', 'EUR', '3333333333333.33', 333333333333333n, 33333333333333n, 666666666666667n],
])('of %s %s, %s for the tasker: %d gross, %d fee, %d back', async (amount, currencyCode, share, gross, fee, back) => {
  const { task, dispute } = await disputed({ budget: { amount, currencyCode } })
  expect(await fay.does('resolveDispute', decision(dispute, share, currencyCode))).toMatchObject({
    replayed: false,
    dispute: { status: 'RESOLVED', resolution: { note: 'Half of it is grey.' } },
    task: { status: 'COMPLETED' },
  })
  expect(await transfersOf(task)).toMatchObject([{ grossMinor: gross, feeMinor: fee, netMinor: gross - fee }])
  expect((await refundRows(world, task)).map(({ amountMinor }) => amountMinor)).toEqual(back > 0n ? [back] : [])
  await moneyMoves(world)
  expect(await trailOf(world, task)).toEqual({
    paidIn: gross + back,
    transferred: gross - fee,
    ...(fee > 0n && { fees: fee }),
    ...(back > 0n && { refunded: back }),
    balanced: true,
  })
  expect(await holdRows(world, task)).toMatchObject([{ status: 'RELEASED', remainingMinor: 0n, frozen: false }])
  expect(await world.app.prisma.dispute.findUnique({ where: { id: dispute.uuid } })).toMatchObject({
    toTaskerMinor: gross,
    toPosterMinor: back,
    decidedById: fay.uuid,
    overdueAt: null,
  })
})

test('all to the poster cancels the task, and pays the tasker nothing', async () => {
  const { task, dispute } = await disputed()
  await fay.does('resolveDispute', { ...decision(dispute, '0'), messageToBoth: 'Talk to each other first.' })
  expect(await taskStatus(world, task)).toBe('CANCELED')
  expect(await transfersOf(task)).toEqual([])
  expect((await historyOf(world.app, task)).slice(-2)).toEqual([
    'task.dispute_resolved 6 DISPUTED->CANCELED',
    'task.refund_requested 6',
  ])
  expect((await messagesOf(task)).slice(-2)).toEqual([
    'Customer service resolved the dispute: 0.00 EUR for the tasker, before the fee, and 20.00 EUR back to the poster.',
    'Talk to each other first.',
  ])
  await moneyMoves(world)
  expect(await postingsOf(world, task)).toEqual([
    'hold.funded: DEBIT PROVIDER_CLEARING 2000, CREDIT TASK_HOLD 2000',
    'refund.requested: DEBIT TASK_HOLD 2000, CREDIT REFUND_CLEARING 2000',
    'refund.succeeded: DEBIT REFUND_CLEARING 2000, CREDIT PROVIDER_CLEARING 2000',
  ])
  expect(await holdRows(world, task)).toMatchObject([{ status: 'REFUNDED' }])
})

test('what was refunded before is not divided again', async () => {
  const task = await taskAtWork(world)
  const refund = /* GraphQL */ `
    mutation ($input: RefundHoldInput!) { refundHold(input: $input) { __typename } }`
  const [hold] = await holdRows(world, task)
  const { task: seen } = await ask<{ task: { hold: { id: string } } }>(
    fay,
    'query ($id: ID!) { task(id: $id) { hold { id } } }',
    { id: task.id },
  )
  const input = {
    holdId: seen.hold.id,
    amount: { amount: '5', currencyCode: 'EUR' },
    reason: 'Agreed.',
    idempotencyKey: randomUUID(),
  }
  expect(hold).toMatchObject({ remainingMinor: 2000n })
  await ask(fay, refund, { input })
  const dispute = await anna.disputes(task)
  await expectRefusal(world.app, fay, 'resolveDispute', decision(dispute, '15.01'), {
    __typename: 'InsufficientFundsError',
    available: { amount: '15.00' },
    required: { amount: '15.01' },
  })
  await fay.does('resolveDispute', decision(dispute, '15'))
  expect(await transfersOf(task)).toMatchObject([{ grossMinor: 1500n, feeMinor: 150n }])
})

describe('a resolution', () => {
  test('is refused in the fixed order, and a refusal changes nothing', async () => {
    const { app } = world
    const { task, dispute } = await disputed()
    const input = decision(dispute, '5')
    const gus = await actor(app, 'Gus', 'AGENT')
    const euros = (amount: string) => ({ ...input, toTasker: { amount, currencyCode: 'EUR' } })
    for (const amount of ['-1', '0.001', '99999999999999']) {
      await expectRefusal(app, fay, 'resolveDispute', euros(amount), {
        __typename: 'ValidationError',
        fields: [{ path: ['input', 'toTasker', 'amount'] }],
      })
    }
    await expectRefusal(app, fay, 'resolveDispute', { ...input, note: ' ' }, { __typename: 'ValidationError' })
    for (const person of [anna, ben, gus]) {
      await expectRefusal(app, person, 'resolveDispute', input, { __typename: 'ForbiddenError' })
    }
    await expectRefusal(
      app,
      fay,
      'resolveDispute',
      { ...input, disputeId: task.id },
      {
        __typename: 'NotFoundError',
        id: task.id,
      },
    )
    await expectRefusal(
      app,
      fay,
      'resolveDispute',
      { ...input, toTasker: { amount: '5', currencyCode: 'USD' } },
      { __typename: 'ValidationError', fields: [{ path: ['input', 'toTasker', 'currencyCode'] }] },
    )
    await expectRefusal(app, fay, 'resolveDispute', euros('20.01'), { __typename: 'InsufficientFundsError' })
    await ben.does('withdrawDispute', { disputeId: dispute.id })
    await expectRefusal(app, fay, 'resolveDispute', euros('20.01'), {
      __typename: 'IllegalTransitionError',
      from: 'WITHDRAWN',
      action: 'resolveDispute',
    })
  })

  test.each(['poster', 'assignee', 'applicant', 'invitee', 'former tasker'] as const)(
    'is not for staff who are the %s',
    async (side) => {
      const { app } = world
      const flo = await actor(app, 'Flo', side === 'invitee' ? 'ADMIN' : 'FINANCE')
      const [una, tim] = [await actor(app, 'Una'), await actor(app, 'Tim')]
      const poster = side === 'poster' ? flo : una
      const mode = { acceptanceMode: 'POSTER_CHOICE' }
      const task = await poster.posts(mode)
      if (side === 'applicant') await flo.applies(task)
      const tasker = side === 'assignee' ? flo : tim
      if (side === 'former tasker') {
        await poster.accepts(await flo.applies(task))
        await flo.withdrawsFrom(task)
      }
      await poster.accepts(await tasker.applies(task))
      await poster.funds(task)
      // As an invitation that the poster changed later leaves it.
      if (side === 'invitee') {
        await app.database.pool.query(
          `update tasks set acceptance_mode = 'INVITE_ONLY', invitee_id = $1 where id = $2`,
          [flo.uuid, task.uuid],
        )
      }
      const dispute = await poster.disputes(task)
      const input = decision(dispute, '5')
      await expectRefusal(app, flo, 'resolveDispute', input, { __typename: 'ForbiddenError', code: 'FORBIDDEN' })
      await fay.does('resolveDispute', input)
    },
  )

  test('is repeated safely under its key, and final', async () => {
    const { app } = world
    const { task, dispute } = await disputed()
    const input = decision(dispute, '5')
    await fay.does('resolveDispute', input)
    expect(await fay.does('resolveDispute', input)).toMatchObject({ replayed: true, dispute: { status: 'RESOLVED' } })
    for (const [by, mutation, more] of [
      [fay, 'resolveDispute', { ...input, idempotencyKey: randomUUID() }],
      [ben, 'withdrawDispute', { disputeId: dispute.id }],
      [anna, 'addEvidence', { disputeId: dispute.id, statement: 'Too late.' }],
    ] as const) {
      await expectRefusal(app, by, mutation, more, {
        __typename: 'IllegalTransitionError',
        from: 'RESOLVED',
        action: mutation,
      })
    }
    expect(await transfersOf(task)).toHaveLength(1)
  })

  test('is in the audit log with its reason, and in the history for the parties', async () => {
    const { task, dispute } = await disputed()
    await fay.does('resolveDispute', decision(dispute, '5'))
    expect(await world.app.prisma.auditRecord.findMany({ where: { subjectId: dispute.uuid } })).toMatchObject([
      { action: 'dispute.resolved', actorId: fay.uuid, subjectType: 'dsp', reason: 'Half of it is grey.' },
    ])
    const history =
      'query ($id: ID!) { task(id: $id) { history(first: 50) { nodes { type ... on TaskEvent { reason } } } } }'
    for (const reader of [anna, ben, fay]) {
      const { task: seen } = await ask<{ task: { history: { nodes: { type: string; reason: string }[] } } }>(
        reader,
        history,
        {
          id: task.id,
        },
      )
      expect(seen.history.nodes).toContainEqual({ type: 'task.dispute_opened', reason: 'The paint is grey.' })
      expect(seen.history.nodes).toContainEqual({ type: 'task.dispute_resolved', reason: 'Half of it is grey.' })
    }
  })

  test('is refused while something else freezes the money', async () => {
    const { app } = world
    const { task, dispute } = await disputed()
    // Stands for another cause of the freeze, such as a chargeback.
    await app.database.pool.query(`
      create function stay_frozen() returns trigger language plpgsql as $$ begin new.frozen := true; return new; end $$;
      create trigger stay_frozen before update on holds for each row execute function stay_frozen()`)
    const input = decision(dispute, '5')
    await expectRefusal(app, fay, 'resolveDispute', input, { __typename: 'HoldFrozenError', code: 'HOLD_FROZEN' })
    await ben.does('withdrawDispute', { disputeId: dispute.id })
    expect(await holdRows(world, task)).toMatchObject([{ frozen: true }])
    await app.database.pool.query('drop function stay_frozen cascade')
    await app.database.pool.query('update holds set frozen = false where task_id = $1', [task.uuid])
  })
})
