/** Runs of reconciliation that are disturbed: by movements, by the provider, by workers that die. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withTransaction } from '../../src/db/transaction.ts'
import type { BookLine } from '../../src/payments/port/book.ts'
import { boundedProvider } from '../../src/payments/port/boundedProvider.ts'
import type { PaymentProvider } from '../../src/payments/port/provider.ts'
import { keepLease, LeaseLost } from '../../src/reconciliation/lease.ts'
import { claimRun } from '../../src/reconciliation/reconciliations.sql.ts'
import { runReconciliation } from '../../src/reconciliation/runReconciliation.ts'
import {
  copyMovement,
  kindsOf,
  moveMoney,
  plant,
  readRun,
  reconcile,
  reconciliationsRun,
  reconciliationWorld,
  spanUntilNow,
  starts,
  uuidOf,
  type World,
  withBook,
} from '../support/reconciliation.ts'
import { timePasses } from '../support/story.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let world: World
let sandbox: PaymentProvider

beforeEach(async () => {
  world = await reconciliationWorld()
  sandbox = world.app.work.payments
})
afterEach(async () => {
  await world.app.stop()
})

/** Starts a run over the last hour, and returns its ids. */
async function started(hours = 1) {
  const span = await spanUntilNow(world.app, hours)
  const { reconciliation } = (await starts(world.fay, span)) as unknown as { reconciliation: { id: string } }
  return { span, id: reconciliation.id, uuid: uuidOf(reconciliation.id) }
}

const runs = (uuid: string) => runReconciliation(world.app.work, { reconciliationId: uuid })
const leaseExpires = (uuid: string) =>
  plant(world.app, 'update reconciliations set lease_until = clock_timestamp() where id = $1', [uuid])
const changeBook = (change: (line: BookLine, number: number) => Promise<void>) => {
  world.app.work.payments = boundedProvider(withBook(sandbox, change), { log: world.app.log })
}

/** Two movements that the provider lacks, and one that we lack. */
async function plantThree(): Promise<string[]> {
  const { hold, transfer } = await moveMoney(world)
  await copyMovement(world.app, hold, { reference: 'order-1001' })
  const { reversal } = await moveMoney(world)
  for (const reference of [transfer, reversal])
    await plant(world.app, 'delete from sandbox.movements where our_reference = $1', [reference])
  return ['MISSING_HERE nothing', `MISSING_AT_PROVIDER ${transfer}`, `MISSING_AT_PROVIDER ${reversal}`].sort()
}

test('movements during a run are no differences, in this run and the next', async () => {
  const expected = await plantThree()
  const { id } = await started()
  changeBook(async (_line, number) => {
    if (number % 2 === 0) await moveMoney(world)
  })
  await reconciliationsRun(world)
  expect(await readRun(world, id)).toMatchObject({ status: 'DONE' })
  expect(kindsOf((await readRun(world, id)).differences)).toEqual(expected)
  world.app.work.payments = sandbox
  const next = await reconcile(world, await spanUntilNow(world.app))
  expect(kindsOf(next.differences)).toEqual(expected)
})

test('no transaction is open while the provider is read, over several pages', async () => {
  const { hold } = await moveMoney(world)
  const many = `
    insert into sandbox.movements (id, kind, our_reference, idempotency_key, amount_minor, currency, created_at)
    select 'ch_' || n, 'charge', 'order-' || n, 'order-' || n, 100, 'EUR', created_at
    from sandbox.movements
    cross join generate_series(1, 1200) n
    where our_reference = $1`
  await world.app.database.pool.query(many, [hold])
  const { id } = await started()
  const open: string[] = []
  changeBook(async (_line, number) => {
    if (number % 100 !== 0) return
    const { rows } = await world.app.database.pool.query<{ query: string }>(`
      select query from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null`)
    open.push(...rows.map(({ query }) => query))
  })
  await reconciliationsRun(world)
  expect(open).toEqual([])
  expect(await readRun(world, id)).toMatchObject({ status: 'DONE', linesCompared: 1_204, openDifferences: 1_200 })
})

describe('a provider that does not answer', () => {
  test('in the middle of its book, fails the run: what was found is kept, nothing settles, and another run may follow', async () => {
    const expected = await plantThree()
    const before = await reconcile(world, await spanUntilNow(world.app))
    expect(kindsOf(before.differences)).toEqual(expected)
    const { hold } = await moveMoney(world)
    await plant(world.app, 'update sandbox.movements set amount_minor = 1 where our_reference = $1', [hold])
    const { id, span } = await started()
    changeBook(async (_line, number) => {
      if (number === 9) throw new Error('socket hang up')
    })
    await reconciliationsRun(world)
    expect(await readRun(world, id)).toMatchObject({ status: 'FAILED', finishedAt: expect.any(String) })
    expect(await readRun(world, before.id)).toMatchObject({ openDifferences: 3 })
    expect(await world.app.prisma.reconciliationLine.count()).toBe(0)
    world.app.work.payments = sandbox
    const after = await reconcile(world, span)
    expect(after.status).toBe('DONE')
    expect(kindsOf(after.differences)).toEqual([...expected, `AMOUNT ${hold}`].sort())
  })

  test('to a look-up, fails the run', async () => {
    const { hold } = await moveMoney(world)
    const early = `update holds set created_at = created_at - interval '3 hours' where id = $1`
    await plant(world.app, early, [uuidOf(hold)])
    await plant(world.app, 'delete from sandbox.movements where our_reference = $1', [hold])
    const { id } = await started()
    world.app.work.payments = {
      ...sandbox,
      lookUp: async () => ({ kind: 'unreachable', message: 'The provider does not answer.' }),
    }
    await reconciliationsRun(world)
    expect(await readRun(world, id)).toMatchObject({ status: 'FAILED', differences: [] })
  })

  test('that hangs, fails the run in time', async () => {
    await moveMoney(world)
    const { id } = await started()
    const hanging = withBook(sandbox, () => new Promise<never>(() => {}))
    world.app.work.payments = boundedProvider(hanging, { log: world.app.log, timeoutMs: 100 })
    await reconciliationsRun(world)
    expect(await readRun(world, id)).toMatchObject({ status: 'FAILED' })
  })
})

describe('a worker that dies', () => {
  test('leaves its run to another one, which begins again; what it writes later is refused', async () => {
    const expected = await plantThree()
    const { id, uuid } = await started()
    const dead = await withTransaction(world.app.database, (tx) =>
      claimRun(tx, { id: uuid, leaseMs: 60_000, attemptsMax: 5 }),
    )
    if (!dead) throw new Error('The run was not claimed.')
    await withTransaction(world.app.database, (tx) => keepLease(tx, dead, 3))
    expect(await runs(uuid)).toBe(false)
    expect(await readRun(world, id)).toMatchObject({ status: 'RUNNING', linesCompared: 3 })
    await leaseExpires(uuid)
    expect(await runs(uuid)).toBe(true)
    expect(await readRun(world, id)).toMatchObject({ status: 'DONE', linesCompared: 7 })
    expect(kindsOf((await readRun(world, id)).differences)).toEqual(expected)
    await expect(withTransaction(world.app.database, (tx) => keepLease(tx, dead))).rejects.toThrow(LeaseLost)
  })

  test('in the middle of the book, after its lease went to another one, ends nothing and settles nothing', async () => {
    await plantThree()
    const { id, uuid } = await started()
    let other: Promise<boolean> | undefined
    changeBook(async (_line, number) => {
      if (number !== 3 || other) return
      await leaseExpires(uuid)
      world.app.work.payments = sandbox
      other = runs(uuid)
      await other
    })
    expect(await runs(uuid)).toBe(false)
    expect(await other).toBe(true)
    const run = await readRun(world, id)
    expect(run).toMatchObject({ status: 'DONE', openDifferences: 3, linesCompared: 7 })
    expect(await world.app.prisma.reconciliationLine.count()).toBe(0)
  })

  test('five times, fails the run', async () => {
    const { id, uuid } = await started()
    for (let attempt = 0; attempt < 5; attempt++) {
      const claimed = await withTransaction(world.app.database, (tx) =>
        claimRun(tx, { id: uuid, leaseMs: 60_000, attemptsMax: 5 }),
      )
      expect(claimed?.attempt).toBe(attempt + 1)
      await leaseExpires(uuid)
    }
    expect(await runs(uuid)).toBe(true)
    expect(await readRun(world, id)).toMatchObject({ status: 'FAILED' })
  })

  test('delays another run over another span until its lease has expired', async () => {
    const first = await started()
    await withTransaction(world.app.database, (tx) => claimRun(tx, { id: first.uuid, leaseMs: 60_000, attemptsMax: 5 }))
    const second = await started()
    expect(await runs(second.uuid)).toBe(false)
    await leaseExpires(first.uuid)
    await reconciliationsRun(world)
    for (const { id } of [first, second]) expect(await readRun(world, id)).toMatchObject({ status: 'DONE' })
  })
})

describe('the nightly run', () => {
  const nights = () =>
    world.app.prisma.reconciliation.findMany({ where: { startedById: null }, orderBy: { id: 'asc' } })
  const spansOf = (rows: Awaited<ReturnType<typeof nights>>) =>
    rows.map(({ spanFrom, spanTo, status }) => [spanFrom.toISOString(), spanTo.toISOString(), status])
  const night = async () => world.app.prisma.reconciliationNight.findFirstOrThrow()
  const isoAfter = (from: Date, days: number) => new Date(from.getTime() + days * DAY_MS).toISOString()

  test('reconciles one day after another, at three hours after midnight, also those of an outage', async () => {
    const { through, nextAt } = await night()
    expect(nextAt?.getTime()).toBe(through.getTime() + DAY_MS + 3 * HOUR_MS)
    expect(through.toISOString()).toMatch(/T00:00:00.000Z$/)
    const expected = await plantThree()
    await reconciliationsRun(world)
    expect(await nights()).toEqual([])
    await timePasses(world.app, '27 hours')
    await reconciliationsRun(world)
    expect(spansOf(await nights())).toEqual([[isoAfter(through, 0), isoAfter(through, 1), 'DONE']])
    await timePasses(world.app, '3 days')
    await reconciliationsRun(world)
    expect(spansOf(await nights())).toEqual(
      [0, 1, 2, 3].map((day) => [isoAfter(through, day), isoAfter(through, day + 1), 'DONE']),
    )
    expect(await world.app.prisma.reconciliationFinding.count()).toBe(expected.length)
  })

  test('tries a day again after an hour, until the provider answers', async () => {
    const { through } = await night()
    await timePasses(world.app, '27 hours')
    await plant(world.app, `update sandbox.provider set mode = 'DARK'`)
    await reconciliationsRun(world)
    await reconciliationsRun(world)
    expect(spansOf(await nights())).toEqual([[isoAfter(through, 0), isoAfter(through, 1), 'FAILED']])
    await plant(world.app, `update sandbox.provider set mode = 'ACCEPT'`)
    await timePasses(world.app, '59 minutes')
    await reconciliationsRun(world)
    expect(await nights()).toHaveLength(1)
    await timePasses(world.app, '1 minute')
    await reconciliationsRun(world)
    expect(spansOf(await nights())).toEqual([
      [isoAfter(through, 0), isoAfter(through, 1), 'FAILED'],
      [isoAfter(through, 0), isoAfter(through, 1), 'DONE'],
    ])
    expect((await night()).through.toISOString()).toBe(isoAfter(through, 1))
  })

  test('waits while staff reconcile the same day', async () => {
    const { through } = await night()
    await timePasses(world.app, '27 hours')
    const { reconciliation } = (await starts(world.fay, {
      from: through,
      to: new Date(through.getTime() + DAY_MS),
    })) as unknown as { reconciliation: { id: string } }
    await reconciliationsRun(world)
    expect(await readRun(world, reconciliation.id)).toMatchObject({ status: 'DONE' })
    expect(await nights()).toEqual([])
    await timePasses(world.app, '1 hour')
    await reconciliationsRun(world)
    expect(spansOf(await nights())).toEqual([[isoAfter(through, 0), isoAfter(through, 1), 'DONE']])
  })
})

test('ledgerHealth and the metrics say how many differences are open, and how old the oldest is', async () => {
  const { app, fay } = world
  const health = async () =>
    (await fay.send('{ ledgerHealth { openDifferences oldestOpenDifference ok } }')).data?.ledgerHealth
  expect(await health()).toEqual({ openDifferences: 0, oldestOpenDifference: null, ok: true })
  await plantThree()
  const run = await reconcile(world, await spanUntilNow(app))
  const { foundAt } = await app.prisma.reconciliationDifference.findFirstOrThrow({ orderBy: { foundAt: 'asc' } })
  expect(run.openDifferences).toBe(3)
  expect(await health()).toEqual({ openDifferences: 3, oldestOpenDifference: foundAt.toISOString(), ok: true })
  await timePasses(app, '2 days')
  const metrics = await (await fetch(`${await app.listen()}/metrics`)).text()
  expect(metrics).toMatch(/^errand_open_differences 3$/m)
  const age = Number(/^errand_oldest_open_difference_seconds (\S+)$/m.exec(metrics)?.[1])
  expect(age).toBeGreaterThan(2 * 86_400)
  expect(age).toBeLessThan(2 * 86_400 + 600)
})
