import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeLedger } from '../../../src/transfers/ledger/closeLedger.ts'
import { PLATFORM_ID } from '../../../src/transfers/ledger/statements/statementSpan.ts'
import { anonymousCaller, ask, refusal } from '../../support/ask.ts'
import { chargedBack } from '../../support/chargebacks.ts'
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
import { noMoney, refusedForGood } from '../../support/scriptedProvider.ts'
import { seededRandom } from '../../support/seededRandom.ts'
import {
  EVER,
  entriesByOwner,
  type Line,
  type Span,
  statementPage,
  type Whose,
  wholeStatement,
} from '../../support/statements.ts'
import { type Actor, actor, timePasses } from '../../support/story.ts'

let world: World
let ada: Actor

beforeAll(async () => {
  world = await moneyWorld()
  ada = await actor(world.app, 'Ada', 'ADMIN')
}, 60_000)
afterAll(async () => {
  await closeBooks(world)
})

/** New people with a task of their own, so that a story begins with empty statements. */
async function newcomers(): Promise<World> {
  return { ...world, anna: await actor(world.app, 'Anna'), ben: await actor(world.app, 'Ben') }
}

const told = (lines: readonly Line[]) =>
  lines.map(({ kind, amount, balance }) => `${kind} ${amount.minorUnits} ${balance.minorUnits}`)
const why = { reason: 'A test.' }

describe('a story', () => {
  test('of paid work: the poster pays in, the tasker earns and is paid, the platform has its fee', async () => {
    const story = await newcomers()
    const { anna, ben } = story
    const before = await wholeStatement(world.fay, 'platform', EVER)
    const { task, transfer } = await transferDue(story)
    await moneyMoves(world)
    const poster = await wholeStatement(anna, 'own', EVER)
    expect(told(poster.lines)).toEqual(['hold.funded 2000 2000', 'transfer.created -2000 0'])
    expect(poster.lines.map(({ subject }) => subject?.id.slice(0, 3))).toEqual(['hld', 'trf'])
    expect(poster.lines.every((line) => line.task?.id === task.id)).toBe(true)
    const tasker = await wholeStatement(ben, 'own', EVER)
    expect(told(tasker.lines)).toEqual(['transfer.created 1800 1800', 'transfer.succeeded -1800 0'])
    expect(tasker.lines[1]?.subject).toEqual({ id: transfer.id })
    const platform = await wholeStatement(world.fay, 'platform', EVER)
    const earned = Number(before.closing.minorUnits) + 200
    expect(told(platform.lines.slice(before.lines.length))).toEqual([`transfer.created 200 ${earned}`])
  })

  test('of a refund that fails, and one that succeeds', async () => {
    const story = await newcomers()
    const task = await taskAtWork(story)
    const [hold] = await holdRows(world, task)
    const refund = {
      holdId: toPublicId('hld', hold?.id ?? ''),
      amount: { amount: '5.00', currencyCode: 'EUR' },
      ...why,
    }
    await acts(world.fay, 'refundHold', refund)
    await moneyMoves(world)
    expect(told((await wholeStatement(story.anna, 'own', EVER)).lines)).toEqual([
      'hold.funded 2000 2000',
      'refund.requested -500 1500',
    ])
  })

  test('of a canceled transfer: the money is the poster’s again', async () => {
    const story = await newcomers()
    const { transfer } = await transferDue(story)
    await acts(world.fay, 'cancelTransfer', { transferId: transfer.id, ...why })
    expect(told((await wholeStatement(story.anna, 'own', EVER)).lines)).toEqual([
      'hold.funded 2000 2000',
      'transfer.created -2000 0',
      'transfer.canceled 2000 2000',
    ])
    expect(told((await wholeStatement(story.ben, 'own', EVER)).lines)).toEqual([
      'transfer.created 1800 1800',
      'transfer.canceled -1800 0',
    ])
  })

  test('of a reversal: the tasker has a line without an amount, because the provider took it from their account', async () => {
    const story = await newcomers()
    const { transfer } = await transferDue(story)
    await moneyMoves(world)
    const amount = { amount: '9.00', currencyCode: 'EUR' }
    await acts(world.fay, 'reverseTransfer', { transferId: transfer.id, amount, returnFee: true, ...why })
    await moneyMoves(world)
    expect(told((await wholeStatement(story.anna, 'own', EVER)).lines).at(-1)).toBe('reversal.succeeded 1000 1000')
    const tasker = await wholeStatement(story.ben, 'own', EVER)
    expect(told(tasker.lines).at(-1)).toBe('reversal.succeeded 0 0')
    expect(tasker.lines.at(-1)?.subject?.id).toMatch(/^rvs_/)
    expect(told((await wholeStatement(ada, 'platform', EVER)).lines).at(-1)).toMatch(/^reversal.succeeded -100 /)
  })

  test('of a debt: the tasker owes it, and the platform has lost less', async () => {
    const story = await newcomers()
    const { transfer } = await transferDue(story)
    await moneyMoves(world)
    const reversal = { transferId: transfer.id, amount: { amount: '9.00', currencyCode: 'EUR' }, ...why }
    const { reversal: requested } = await acts(world.fay, 'reverseTransfer', reversal)
    world.provider.ordersGet((requested as { id: string }).id, noMoney)
    await moneyMoves(world)
    expect(told((await wholeStatement(story.ben, 'own', EVER)).lines).at(-1)).toBe('debt.left -900 -900')
    expect(told((await wholeStatement(ada, 'platform', EVER)).lines).at(-1)).toMatch(/^debt.left 900 /)
  })
})

describe('any span', () => {
  const seed = Number(process.env.SEED ?? 7)
  const random = seededRandom(seed)

  beforeAll(async () => {
    for (let round = 0; round < 3; round++) {
      await transferDue(world)
      await timePasses(world.app, '3 hours')
      await moneyMoves(world)
    }
    await transferDue(world, { budget: { amount: '1500', currencyCode: 'JPY' } })
    const { transfer } = await transferDue(world)
    await acts(world.fay, 'cancelTransfer', { transferId: transfer.id, ...why })
    await chargebacksAreLost()
  }, 60_000)

  /** Two losses: one netted and undone again, with the fees of the provider, and one that a reversal repays in part. */
  async function chargebacksAreLost(): Promise<void> {
    const [first, second] = [await transferDue(world), await transferDue(world)]
    await moneyMoves(world)
    for (const { task } of [first, second]) await (await chargedBack(world, task)).becomes({ status: 'LOST' })
    await (await chargedBack(world, await taskAtWork(world))).becomes({ status: 'LOST' })
    const amount = { amount: '5.00', currencyCode: 'EUR' }
    await acts(world.fay, 'reverseTransfer', { transferId: second.transfer.id, amount, ...why })
    await moneyMoves(world)
    world.app.work.netDebts = true
    const netted = await transferDue(world, { budget: { amount: '50.00', currencyCode: 'EUR' } })
    world.provider.ordersGet(netted.transfer.id, refusedForGood)
    await moneyMoves(world)
    await acts(world.fay, 'cancelTransfer', { transferId: netted.transfer.id, ...why })
    await transferDue(world, { budget: { amount: '100.00', currencyCode: 'EUR' } })
    await moneyMoves(world)
    world.app.work.netDebts = false
  }

  test('has lines of every event of chargebacks and debts', async () => {
    const lines = (await Promise.all(owners().map(([, viewer, whose]) => wholeStatement(viewer, whose, EVER)))).flatMap(
      (statement) => statement.lines,
    )
    const kinds = new Set(lines.map(({ kind }) => kind))
    for (const kind of [
      'chargeback.lost',
      'chargeback.fee',
      'debt.left',
      'debt.netted',
      'debt.collected',
      'netting.undone',
      'debt.restored',
      'loss.recovered',
    ])
      expect(kinds, kind).toContain(kind)
    const ofChargebacks = lines.filter(({ kind }) => kind.startsWith('chargeback.'))
    expect(ofChargebacks.every(({ subject }) => subject?.id.startsWith('cbk_'))).toBe(true)
  })

  /** Spans that begin and end anywhere, most of them at the very moment of a posting. */
  async function spans(count: number): Promise<Span[]> {
    const moments = (await entriesByOwner(world.app)).map(({ postedAt }) => postedAt.getTime())
    const somewhere = () => (moments[Math.floor(random() * moments.length)] ?? 0) + Math.floor(random() * 3) - 1
    return Array.from({ length: count }, () => {
      const [from = 0, to = 0] = [somewhere(), somewhere()].sort((one, other) => one - other)
      const currencyCode = random() < 0.8 ? 'EUR' : 'JPY'
      return { from: new Date(from).toISOString(), to: new Date(to + 1).toISOString(), currencyCode }
    })
  }

  const owners = (): [string, Actor, Whose][] => [
    [world.anna.uuid, world.anna, 'own'],
    [world.ben.uuid, world.ben, 'own'],
    [PLATFORM_ID, world.fay, 'platform'],
  ]

  async function agreeWithAReplay(): Promise<void> {
    const entries = await entriesByOwner(world.app)
    for (const span of await spans(12)) {
      for (const [ownerId, viewer, whose] of owners()) {
        const own = entries.filter((entry) => entry.ownerId === ownerId && entry.currency === span.currencyCode)
        const sumUntil = (at: string) =>
          own.filter(({ postedAt }) => postedAt < new Date(at)).reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
        const statement = await wholeStatement(viewer, whose, span, 1 + Math.floor(random() * 4))
        expect([statement.opening, statement.closing], `seed ${seed}, ${whose}, ${JSON.stringify(span)}`).toEqual([
          { minorUnits: String(sumUntil(span.from)) },
          { minorUnits: String(sumUntil(span.to)) },
        ])
        let balance = sumUntil(span.from)
        for (const line of statement.lines) {
          balance += BigInt(line.amount.minorUnits)
          expect(line.balance.minorUnits).toBe(String(balance))
          expect(line.at >= span.from && line.at < span.to).toBe(true)
        }
        expect(String(balance)).toBe(statement.closing.minorUnits)
      }
    }
  }

  test('opening plus lines is closing, and both are what a replay of the entries finds', agreeWithAReplay, 60_000)

  test('the same after closings of the ledger, which the platform’s balances begin with', async () => {
    let count = 0
    while (await closeLedger(world.app.database, { postings: 3, marginMs: 0 })) count++
    expect(count).toBeGreaterThan(2)
    await agreeWithAReplay()
  }, 60_000)

  test('pages backward show the same lines and balances', async () => {
    const whole = await wholeStatement(world.anna, 'own', EVER)
    const query = `query ($before: String) { viewer { statement(from: "${EVER.from}", to: "${EVER.to}", currencyCode: "EUR") {
      lines(last: 3, before: $before) {
        nodes { kind amount { minorUnits } balance { minorUnits } } pageInfo { hasPreviousPage startCursor }
      }
    } } }`
    const lines: Line[] = []
    for (let before: string | null = null; ; ) {
      const {
        viewer,
      }: {
        viewer: { statement: { lines: { nodes: Line[]; pageInfo: { hasPreviousPage: boolean; startCursor: string } } } }
      } = await ask(world.anna, query, { before })
      lines.unshift(...viewer.statement.lines.nodes)
      if (!viewer.statement.lines.pageInfo.hasPreviousPage) break
      before = viewer.statement.lines.pageInfo.startCursor
    }
    expect(told(lines)).toEqual(told(whole.lines))
  })
})

describe('what a viewer sees', () => {
  test('the platform’s statement is for finance staff and administrators', async () => {
    for (const someone of [anonymousCaller(world.app), world.anna, await actor(world.app, 'Gus', 'AGENT')])
      expect(await statementPage(someone, 'platform', EVER)).toBeNull()
    for (const someone of [world.fay, ada]) expect(await statementPage(someone, 'platform', EVER)).toMatchObject(EVER)
  })

  test('a line of their own matter counts for staff, but shows neither task nor subject', async () => {
    const fin = await actor(world.app, 'Fin', 'FINANCE')
    await transferDue({ ...world, ben: fin })
    const line = (await wholeStatement(fin, 'platform', EVER)).lines.at(-1)
    expect(line).toMatchObject({ kind: 'transfer.created', amount: { minorUnits: '200' }, task: null, subject: null })
    expect((await wholeStatement(world.fay, 'platform', EVER)).lines.at(-1)?.task).not.toBeNull()
  })

  test('spans without an end after the start, unknown currencies and foreign cursors are refused', async () => {
    const query = `query ($from: DateTime!, $to: DateTime!, $currencyCode: CurrencyCode!, $after: String) {
      viewer { statement(from: $from, to: $to, currencyCode: $currencyCode) { lines(after: $after) { nodes { kind } } } }
    }`
    const { from, to } = EVER
    expect(await refusal(world.anna, query, { ...EVER, to: from })).toBe('BAD_USER_INPUT')
    expect(await refusal(world.anna, query, { ...EVER, from: to, to: from })).toBe('BAD_USER_INPUT')
    expect(await refusal(world.anna, query, { ...EVER, currencyCode: 'XXX' })).toBe('BAD_USER_INPUT')
    for (const after of ['', 'x', 'MTI', Buffer.from('999999999999999:1').toString('base64url')])
      expect(await refusal(world.anna, query, { ...EVER, after })).toBe('BAD_USER_INPUT')
    expect((await wholeStatement(world.anna, 'own', { ...EVER, currencyCode: 'KWD' })).lines).toEqual([])
  })
})

describe('the database', () => {
  test('writes lines with the entries, and refuses any other change of them', async () => {
    const query = (text: string) => world.app.database.pool.query(text)
    for (const change of [
      'update statement_lines set amount_minor = 0',
      'delete from statement_lines',
      'truncate statement_lines',
      `insert into statement_lines select gen_random_uuid(), currency, posted_at, sequence, transaction_id, 1 from statement_lines`,
    ])
      await expect(query(change)).rejects.toMatchObject({ constraint: 'statement_lines_follow_from_entries' })
  })

  test('has a place in statements for every kind of account', async () => {
    const { rows } = await world.app.database.pool.query<{ kind: string }>(
      'select unnest(enum_range(null::ledger_account_kind))::text as kind order by 1',
    )
    // A new kind without an owner is the platform's: add it to readStatementBalances, or leave it out of the view statement_movements.
    expect(rows.map(({ kind }) => kind)).toEqual([
      ...[
        'ADJUSTMENT',
        'PLATFORM_FEE',
        'PROVIDER_CLEARING',
        'REFUND_CLEARING',
        'TASK_HOLD',
        'USER_DEBT',
        'USER_PAYABLE',
      ],
    ])
  })

  test('counts lines that are not those of their entries in the health of the ledger', async () => {
    const off = async () =>
      (await ask<{ ledgerHealth: { accountsOffBySum: number } }>(ada, '{ ledgerHealth { accountsOffBySum } }'))
        .ledgerHealth.accountsOffBySum
    const client = await world.app.database.pool.connect()
    await client.query('set session_replication_role = replica')
    const add = 'update statement_lines set amount_minor = amount_minor + $1 where owner_id = $2'
    await client.query(add, [1, world.ben.uuid])
    expect(await off()).toBeGreaterThan(0)
    await client.query(add, [-1, world.ben.uuid])
    await client.query('set session_replication_role = origin')
    client.release()
    expect(await off()).toBe(0)
  })
})
