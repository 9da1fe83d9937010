import { afterAll, beforeAll, expect, test } from 'vitest'
import { anonymousCaller, ask } from '../../support/ask.ts'
import {
  acts,
  closeBooks,
  holdRows,
  moneyMoves,
  moneyWorld,
  taskAtWork,
  transferDue,
  type World,
} from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { lost } from '../../support/scriptedProvider.ts'
import { actor, type Named } from '../../support/story.ts'

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await closeBooks(world)
})

const TRAIL = /* GraphQL */ `
  query ($id: ID!) {
    task(id: $id) {
      moneyTrail {
        paidIn { amount currencyCode } held { amount } payable { amount } transferred { amount }
        fees { amount } refunding { amount } refunded { amount } balanced
      }
    }
  }
`

const trail = (parts: Record<string, string>, currencyCode = 'EUR') => {
  const amounts = {
    held: '0.00',
    payable: '0.00',
    transferred: '0.00',
    fees: '0.00',
    refunding: '0.00',
    refunded: '0.00',
  }
  const { paidIn, ...others } = { ...amounts, ...parts } as Record<string, string>
  return {
    task: {
      moneyTrail: {
        paidIn: { amount: paidIn, currencyCode },
        ...Object.fromEntries(Object.entries(others).map(([name, amount]) => [name, { amount }])),
        balanced: true,
      },
    },
  }
}

test('the money trail shows at every step where the money is', async () => {
  const { anna, ben, fay } = world
  const task = await anna.posts()
  const seenBy = (someone: typeof anna) => ask(someone, TRAIL, { id: task.id })
  expect(await seenBy(anna)).toEqual(trail({ paidIn: '0.00' }))
  await ben.accepts(task)
  await anna.funds(task)
  expect(await seenBy(ben)).toEqual(trail({ paidIn: '20.00', held: '20.00' }))
  const [hold] = await holdRows(world, task)
  await acts(fay, 'refundHold', {
    holdId: toPublicId('hld', hold?.id ?? ''),
    amount: { amount: '5.00', currencyCode: 'EUR' },
    reason: 'Agreed.',
  })
  expect(await seenBy(fay)).toEqual(trail({ paidIn: '20.00', held: '15.00', refunding: '5.00' }))
  await ben.submits(task)
  await anna.approves(task)
  expect(await seenBy(anna)).toEqual(trail({ paidIn: '20.00', payable: '13.50', fees: '1.50', refunding: '5.00' }))
  await moneyMoves(world)
  expect(await seenBy(anna)).toEqual(trail({ paidIn: '20.00', transferred: '13.50', fees: '1.50', refunded: '5.00' }))
})

test('only the parties and staff see hold, transfers and money trail', async () => {
  const { app, anna, fay } = world
  const { task } = await transferDue(world)
  const query = /* GraphQL */ `
    query ($id: ID!) { task(id: $id) { hold { status } transfers { nodes { status } } moneyTrail { balanced } } }
  `
  const seen = {
    task: {
      hold: { status: 'RELEASED' },
      transfers: { nodes: [{ status: 'PENDING' }] },
      moneyTrail: { balanced: true },
    },
  }
  for (const someone of [anna, world.ben, fay]) expect(await ask(someone, query, { id: task.id })).toEqual(seen)
  // Everybody sees an open task, but only its poster and staff see its money.
  const open = await anna.posts()
  await anna.funds(open)
  const stranger = await actor(app, 'Stranger')
  const nothing = { task: { hold: null, transfers: { nodes: [] }, moneyTrail: null } }
  for (const someone of [stranger, anonymousCaller(app)])
    expect(await ask(someone, query, { id: open.id })).toEqual(nothing)
  expect(await ask(fay, query, { id: open.id })).toEqual({
    task: { hold: { status: 'HELD' }, transfers: { nodes: [] }, moneyTrail: { balanced: true } },
  })
})

test('the hold of a task is the live one, else the newest', async () => {
  const { anna, ben } = world
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const shown = async () => {
    const answer = await ask<{ task: { hold: object } }>(
      anna,
      'query ($id: ID!) { task(id: $id) { hold { status amount { amount } remaining { amount } } } }',
      { id: task.id },
    )
    return answer.task.hold
  }
  expect(await shown()).toBeNull()
  await anna.funds(task)
  expect(await shown()).toEqual({ status: 'HELD', amount: { amount: '20.00' }, remaining: { amount: '20.00' } })
  await anna.accepts(await ben.applies(task, { price: { amount: '22.00', currencyCode: 'EUR' } }))
  expect(await shown()).toEqual({ status: 'REFUNDED', amount: { amount: '20.00' }, remaining: { amount: '0.00' } })
  await anna.funds(task)
  expect(await shown()).toEqual({ status: 'HELD', amount: { amount: '22.00' }, remaining: { amount: '22.00' } })
})

test('balances show what a tasker is owed and was paid in each currency', async () => {
  const { app, anna } = world
  const dora = await actor(app, 'Dora')
  const asDora = { ...world, ben: dora }
  const balances = '{ viewer { balances { currencyCode pending { amount } paid { amount } } } }'
  expect(await ask(dora, balances)).toEqual({ viewer: { balances: [] } })
  await transferDue(asDora, { budget: { amount: '1500', currencyCode: 'JPY' } })
  await moneyMoves(world)
  await transferDue(asDora)
  await transferDue(asDora)
  await moneyMoves(world)
  await transferDue(asDora)
  expect(await ask(dora, balances)).toEqual({
    viewer: {
      balances: [
        { currencyCode: 'EUR', pending: { amount: '18.00' }, paid: { amount: '36.00' } },
        { currencyCode: 'JPY', pending: { amount: '0' }, paid: { amount: '1350' } },
      ],
    },
  })
  expect(await ask(anna, balances)).toEqual({ viewer: { balances: [] } })
})

const POSTINGS = /* GraphQL */ `
  query ($id: ID!) {
    transfer(id: $id) {
      ledgerTransactions {
        id sequence kind description postedAt
        task { id }
        subject { __typename id }
        entries {
          direction amount { amount currencyCode } transaction { kind }
          account { id kind currencyCode owner { __typename id } }
        }
      }
    }
  }
`

interface Postings {
  transfer: { ledgerTransactions: { id: string; kind: string; entries: { account: { id: string; kind: string } }[] }[] }
}

test('finance staff see the postings of a transfer, with their accounts', async () => {
  const { ben, fay } = world
  const { task, transfer } = await transferDue(world)
  await moneyMoves(world)
  const { transfer: seen } = await ask<Postings>(fay, POSTINGS, { id: transfer.id })
  const common = {
    id: expect.stringMatching(/^ltx_/),
    sequence: expect.stringMatching(/^\d+$/),
    description: null,
    postedAt: expect.any(String),
    task: { id: task.id },
    subject: { __typename: 'Transfer', id: transfer.id },
  }
  const entry = (kind: string, direction: string, accountKind: string, amount: string, owner: object | null) => ({
    direction,
    amount: { amount, currencyCode: 'EUR' },
    transaction: { kind },
    account: { id: expect.stringMatching(/^lac_/), kind: accountKind, currencyCode: 'EUR', owner },
  })
  const aTask = { __typename: 'Task', id: task.id }
  const aPerson = { __typename: 'User', id: ben.id }
  expect(seen.ledgerTransactions).toEqual([
    {
      ...common,
      kind: 'transfer.created',
      entries: [
        entry('transfer.created', 'DEBIT', 'TASK_HOLD', '20.00', aTask),
        entry('transfer.created', 'CREDIT', 'USER_PAYABLE', '18.00', aPerson),
        entry('transfer.created', 'CREDIT', 'PLATFORM_FEE', '2.00', null),
      ],
    },
    {
      ...common,
      kind: 'transfer.succeeded',
      entries: [
        entry('transfer.succeeded', 'DEBIT', 'USER_PAYABLE', '18.00', aPerson),
        entry('transfer.succeeded', 'CREDIT', 'PROVIDER_CLEARING', '18.00', null),
      ],
    },
  ])
})

test('an account has a balance now and at any moment', async () => {
  const { app, fay } = world
  const { transfer } = await transferDue(world, { budget: { amount: '30.00', currencyCode: 'CHF' } })
  const row = await app.prisma.transfer.findUniqueOrThrow({ where: { id: transfer.uuid } })
  await moneyMoves(world)
  const { transfer: seen } = await ask<Postings>(fay, POSTINGS, { id: transfer.id })
  const accounts = seen.ledgerTransactions.flatMap(({ entries }) => entries.map(({ account }) => account))
  const balanceOf = async (kind: string, at: Date | null = null) => {
    const id = accounts.find((account) => account.kind === kind)?.id
    const answer = await ask<{ node: { balance: { amount: string } } }>(
      fay,
      'query ($id: ID!, $at: DateTime) { node(id: $id) { ... on LedgerAccount { balance(at: $at) { amount } } } }',
      { id, at },
    )
    return answer.node.balance.amount
  }
  expect(await balanceOf('TASK_HOLD')).toBe('0.00')
  expect(await balanceOf('USER_PAYABLE')).toBe('0.00')
  expect(await balanceOf('PLATFORM_FEE')).toBe('3.00')
  // 30.00 in and 27.00 out: debit-normal, so money at the provider is a positive balance.
  expect(await balanceOf('PROVIDER_CLEARING')).toBe('3.00')
  expect(await balanceOf('USER_PAYABLE', row.createdAt)).toBe('27.00')
  expect(await balanceOf('PROVIDER_CLEARING', row.createdAt)).toBe('30.00')
  expect(await balanceOf('TASK_HOLD', new Date(0))).toBe('0.00')
})

test('only finance staff and administrators see the ledger', async () => {
  const { app, anna, ben, fay } = world
  const { transfer } = await transferDue(world)
  const { transfer: seen } = await ask<Postings>(fay, POSTINGS, { id: transfer.id })
  const posting = seen.ledgerTransactions[0]
  const ids = [posting?.id, posting?.entries[0]?.account.id]
  const agent = await actor(app, 'Agent', 'AGENT')
  const ada = await actor(app, 'Ada', 'ADMIN')
  const node = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
  for (const someone of [anna, ben, agent, anonymousCaller(app)]) {
    expect(await ask(someone, node, { ids })).toEqual({ nodes: [null, null] })
    expect(await ask(someone, '{ ledgerHealth { ok } }')).toEqual({ ledgerHealth: null })
  }
  expect(await ask(ada, node, { ids })).toEqual({ nodes: ids.map((id) => ({ id })) })
})

const HEALTH = /* GraphQL */ `
  { ledgerHealth {
      checkedAt unbalancedTransactions accountsOffBySum tasksOutOfBalance inDoubtTransfers oldestInDoubt ok
  } }
`

test('ledgerHealth counts transfers in doubt, and is ok with them', async () => {
  const { fay } = world
  const { transfer } = await transferDue(world)
  world.provider.ordersGet(transfer.id, lost)
  await moneyMoves(world)
  const { ledgerHealth } = await ask<{ ledgerHealth: { checkedAt: string; oldestInDoubt: string } }>(fay, HEALTH)
  expect(ledgerHealth).toEqual({
    checkedAt: expect.any(String),
    unbalancedTransactions: 0,
    accountsOffBySum: 0,
    tasksOutOfBalance: 0,
    inDoubtTransfers: 1,
    oldestInDoubt: expect.any(String),
    ok: true,
  })
  expect(Date.parse(ledgerHealth.oldestInDoubt)).toBeLessThanOrEqual(Date.parse(ledgerHealth.checkedAt))
})

/** Corrupts the ledger with the database's own checks turned off; `repair` undoes it. Returns the health in between. */
async function healthAfter(task: Named, corruption: string, repair: string): Promise<object> {
  const client = await world.app.database.pool.connect()
  const unchecked = async (statement: string) => {
    await client.query('begin; set local session_replication_role = replica')
    await client.query(statement.replaceAll('$task', `'${task.uuid}'`))
    await client.query('commit')
  }
  try {
    await unchecked(corruption)
    const { ledgerHealth } = await ask<{ ledgerHealth: object }>(world.fay, HEALTH)
    await unchecked(repair)
    return ledgerHealth
  } finally {
    client.release()
  }
}

test('ledgerHealth finds errors that the constraints would have refused', async () => {
  const task = await taskAtWork(world)
  const entry = `ledger_entries where direction = 'CREDIT' and transaction_id in (select id from ledger_transactions where task_id = $task)`
  expect(
    await healthAfter(
      task,
      `update ledger_entries set amount_minor = amount_minor + 1 where id = (select id from ${entry})`,
      `update ledger_entries set amount_minor = amount_minor - 1 where id = (select id from ${entry})`,
    ),
    // The balance of the account, and its line of a statement.
  ).toMatchObject({ unbalancedTransactions: 1, accountsOffBySum: 2, tasksOutOfBalance: 0, ok: false })
  expect(
    await healthAfter(
      task,
      `update holds set amount_minor = amount_minor + 1 where task_id = $task`,
      `update holds set amount_minor = amount_minor - 1 where task_id = $task`,
    ),
  ).toMatchObject({ unbalancedTransactions: 0, accountsOffBySum: 0, tasksOutOfBalance: 1, ok: false })
  expect(
    await healthAfter(
      task,
      `update ledger_balances set balance_minor = balance_minor + 1 where task_id = $task and kind = 'TASK_HOLD'`,
      `update ledger_balances set balance_minor = balance_minor - 1 where task_id = $task and kind = 'TASK_HOLD'`,
    ),
  ).toMatchObject({ unbalancedTransactions: 0, accountsOffBySum: 1, tasksOutOfBalance: 1, ok: false })
})
