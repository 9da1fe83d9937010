/** The pages of the ledger: accounts with their entries and balances at past moments, and all postings. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeLedger } from '../../../src/transfers/ledger/closeLedger.ts'
import { readAccountBalances } from '../../../src/transfers/ledger/ledger.sql.ts'
import { ask, refusal } from '../../support/ask.ts'
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
import { seededRandom } from '../../support/seededRandom.ts'
import { timePasses } from '../../support/story.ts'

let world: World

beforeAll(async () => {
  world = await moneyWorld()
  for (let round = 0; round < 4; round++) {
    await transferDue(world)
    await timePasses(world.app, '3 hours')
    await moneyMoves(world)
  }
  await transferDue(world, { budget: { amount: '1500', currencyCode: 'JPY' } })
  const { transfer } = await transferDue(world)
  await acts(world.fay, 'cancelTransfer', { transferId: transfer.id, reason: 'Agreed.' })
  const [hold] = await holdRows(world, await taskAtWork(world))
  await acts(world.fay, 'refundHold', {
    holdId: toPublicId('hld', hold?.id ?? ''),
    amount: { amount: '5.00', currencyCode: 'EUR' },
    reason: 'Agreed.',
  })
}, 60_000)
afterAll(async () => {
  await closeBooks(world)
})

interface Step {
  accountId: string
  postedAt: Date
  amount: bigint
}

/** Every entry, positive on the normal side of its account. */
const replaySteps = () => world.app.database.rows<Step>`
  /* testReplaySteps */
  select
    entry.account_id,
    posting.posted_at,
    case
      when (entry.direction = 'DEBIT') = (account.kind in ('PROVIDER_CLEARING', 'ADJUSTMENT')) then entry.amount_minor
      else -entry.amount_minor
    end as amount
  from ledger_entries entry
  join ledger_transactions posting on posting.id = entry.transaction_id
  join ledger_accounts account on account.id = entry.account_id`

const replay = (steps: readonly Step[], accountId: string, at: Date | null): bigint =>
  steps
    .filter((step) => step.accountId === accountId && (at === null || step.postedAt <= at))
    .reduce((sum, { amount }) => sum + amount, 0n)

/** Compares the balances of all accounts with a replay: now, at each posting, just before it, and at random moments. */
async function expectBalancesAsReplayed(seed: number): Promise<void> {
  const steps = await replaySteps()
  const times = steps.map(({ postedAt }) => postedAt.getTime())
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const random = seededRandom(seed)
  const moments = [
    null,
    ...times.flatMap((time) => [time, time - 1]).map((time) => new Date(time)),
    ...Array.from({ length: 100 }, () => new Date(first - 1_000 + Math.floor(random() * (last - first + 2_000)))),
  ]
  for (const accountId of new Set(steps.map((step) => step.accountId))) {
    const rows = await readAccountBalances(world.app.database, { accountIds: moments.map(() => accountId), moments })
    const balances = rows.map(({ balanceMinor }) => balanceMinor)
    expect(balances, `seed ${seed}`).toEqual(moments.map((at) => replay(steps, accountId, at)))
  }
}

const closings = async () => (await world.app.prisma.ledgerClosing.findMany({ distinct: ['through'] })).length

const seed = Number(process.env.LEDGER_SEED ?? Date.now() % 1_000_000)

describe('balances at any moment', () => {
  test('equal a replay of the entries, without closings, with them, and with entries that come late', async () => {
    const { app, fay } = world
    await expectBalancesAsReplayed(seed)
    while (await closeLedger(app.database, { postings: 3, marginMs: 0 })) await expectBalancesAsReplayed(seed)
    expect(await closings()).toBeGreaterThan(3)

    // A posting older than closings: the present balance and the closings after its moment change with it.
    const { rows } = await app.database.pool.query<{ hold_id: string; task_id: string; at: Date; owner: string }>(`
      select hold_id, task_id, (select through from ledger_closings order by through limit 1) - interval '1 ms' as at
      from ledger_transactions
      where hold_id is not null
      order by sequence
      limit 1`)
    const [late] = rows
    await app.database.pool.query(`
      with posting as (
        insert into ledger_transactions (id, kind, task_id, hold_id, posted_at)
        values (gen_random_uuid(), 'test.late', '${late?.task_id}', '${late?.hold_id}', '${late?.at.toISOString()}')
        returning id
      )
      insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
      select gen_random_uuid(), posting.id, account.id, side.direction::entry_direction, 700
      from posting, ledger_accounts account, (values ('DEBIT'), ('CREDIT')) side (direction)
      where account.kind = 'PROVIDER_CLEARING'
        and account.currency = 'JPY'`)
    await expectBalancesAsReplayed(seed + 1)
    const { ledgerHealth } = await ask<{ ledgerHealth: object }>(fay, '{ ledgerHealth { accountsOffBySum ok } }')
    expect(ledgerHealth).toEqual({ accountsOffBySum: 0, ok: true })
  })

  test('are closed by two servers at once without an error, and each closing once', async () => {
    const { app } = world
    await transferDue(world)
    await transferDue(world)
    const before = await closings()
    await Promise.all(Array.from({ length: 5 }, () => closeLedger(app.database, { postings: 2, marginMs: 0 })))
    expect(await closings()).toBeGreaterThan(before)
    await expectBalancesAsReplayed(seed + 2)
  })

  test('keep their closings beside postings', async () => {
    const { app } = world
    let done = false
    const closing = (async () => {
      while (!done) await closeLedger(app.database, { postings: 1, marginMs: 0 })
    })()
    try {
      // Three at once: the tasker may not accept more that are not funded.
      for (let round = 0; round < 2; round++) await Promise.all(Array.from({ length: 3 }, () => transferDue(world)))
      await moneyMoves(world)
    } finally {
      done = true
      await closing
    }
    await expectBalancesAsReplayed(seed + 3)
  })
})

const ACCOUNT = /* GraphQL */ `
  query ($id: ID!, $at: DateTime, $first: Int, $after: String) {
    ledgerAccount(id: $id) {
      id kind currencyCode balance { amount } before: balance(at: $at) { amount }
      entries(first: $first, after: $after) {
        nodes { id direction amount { amount } transaction { kind sequence } account { id } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`

interface AccountPage {
  ledgerAccount: {
    entries: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
  }
}

const POSTINGS = /* GraphQL */ `
  query ($first: Int, $after: String, $last: Int, $before: String) {
    ledgerTransactions(first: $first, after: $after, last: $last, before: $before) {
      nodes { id sequence kind reverses { kind } reversedBy { kind } }
      pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
    }
  }
`

interface Posting {
  id: string
  sequence: string
  kind: string
  reverses: { kind: string } | null
  reversedBy: { kind: string } | null
}

interface PostingPage {
  ledgerTransactions: {
    nodes: Posting[]
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null; startCursor: string | null }
  }
}

describe('the pages of the ledger', () => {
  test('show an account with its entries, newest first, each once over all pages', async () => {
    const { app, fay } = world
    const account = await app.prisma.ledgerAccount.findFirstOrThrow({
      where: { kind: 'PLATFORM_FEE', currency: 'EUR' },
    })
    const id = toPublicId('lac', account.id)
    const entries = await app.prisma.ledgerEntry.findMany({ where: { accountId: account.id }, orderBy: { id: 'desc' } })
    const found: string[] = []
    let after: string | null = null
    do {
      const page: AccountPage = await ask<AccountPage>(fay, ACCOUNT, {
        id,
        first: 4,
        after,
        at: '2020-01-01T00:00:00Z',
      })
      expect(page.ledgerAccount).toMatchObject({ id, kind: 'PLATFORM_FEE', before: { amount: '0.00' } })
      found.push(...page.ledgerAccount.entries.nodes.map((node) => node.id))
      after = page.ledgerAccount.entries.pageInfo.hasNextPage ? page.ledgerAccount.entries.pageInfo.endCursor : null
    } while (after)
    expect(found).toEqual(entries.map((entry) => toPublicId('len', entry.id)))
  })

  test('show all postings, newest first, forward and backward', async () => {
    const { app, fay } = world
    const all = (await app.prisma.ledgerTransaction.findMany({ orderBy: { sequence: 'desc' } })).map(({ id }) =>
      toPublicId('ltx', id),
    )
    const forward: string[] = []
    let after: string | null = null
    do {
      const { ledgerTransactions: page }: PostingPage = await ask<PostingPage>(fay, POSTINGS, { first: 7, after })
      forward.push(...page.nodes.map(({ id }) => id))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after)
    expect(forward).toEqual(all)
    const { ledgerTransactions: last } = await ask<PostingPage>(fay, POSTINGS, { last: 3 })
    expect(last.nodes.map(({ id }) => id)).toEqual(all.slice(-3))
    expect(last.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false })
  })

  test('link a canceled transfer with the posting that it reverses', async () => {
    const { ledgerTransactions } = await ask<PostingPage>(world.fay, POSTINGS, { first: 100 })
    const { nodes } = ledgerTransactions
    expect(nodes.filter(({ reverses }) => reverses)).toMatchObject([
      { kind: 'transfer.canceled', reverses: { kind: 'transfer.created' }, reversedBy: null },
    ])
    expect(nodes.filter(({ reversedBy }) => reversedBy)).toMatchObject([
      { kind: 'transfer.created', reverses: null, reversedBy: { kind: 'transfer.canceled' } },
    ])
  })

  test('refuse a malformed cursor and a page of more than a hundred', async () => {
    const { fay } = world
    for (const variables of [{ after: 'nonsense' }, { first: 101 }]) {
      expect(await refusal(fay, POSTINGS, variables)).toBe('BAD_USER_INPUT')
    }
    for (const id of ['lac_unknown', 'usr_00000000000000000000000000', '']) {
      expect(await ask(fay, 'query ($id: ID!) { ledgerAccount(id: $id) { id } }', { id })).toEqual({
        ledgerAccount: null,
      })
    }
  })

  test('hide from finance staff the postings and the accounts of their own tasks', async () => {
    const { app, ben, fay } = world
    const task = await fay.posts()
    await ben.accepts(task)
    await fay.funds(task)
    const account = await app.prisma.ledgerAccount.findFirstOrThrow({ where: { taskId: task.uuid } })
    const own =
      'query ($id: ID!) { ledgerAccount(id: $id) { id } ledgerTransactions(first: 1) { nodes { task { id } } } }'
    const seen = await ask<{ ledgerAccount: object | null; ledgerTransactions: { nodes: { task: { id: string } }[] } }>(
      fay,
      own,
      { id: toPublicId('lac', account.id) },
    )
    expect(seen.ledgerAccount).toBeNull()
    expect(seen.ledgerTransactions.nodes[0]?.task.id).not.toBe(task.id)
    const clearing = await app.prisma.ledgerAccount.findFirstOrThrow({
      where: { kind: 'PROVIDER_CLEARING', currency: 'EUR' },
    })
    const newest = await ask<AccountPage>(fay, ACCOUNT, { id: toPublicId('lac', clearing.id), first: 1 })
    const posting = await app.prisma.ledgerTransaction.findFirstOrThrow({
      where: { taskId: task.uuid },
      include: { entries: true },
    })
    const entry = posting.entries.find(({ accountId }) => accountId === clearing.id)
    expect(newest.ledgerAccount.entries.nodes[0]?.id).not.toBe(toPublicId('len', entry?.id ?? ''))
  })
})
