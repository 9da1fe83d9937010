import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { newId, toPublicId } from '../../support/publicIds.ts'
import {
  copyMovement,
  kindsOf,
  type Movements,
  moveMoney,
  plant,
  readRun,
  reconcile,
  reconciliationWorld,
  settles,
  spanUntilNow,
  starts,
  uuidOf,
  type World,
} from '../../support/reconciliation.ts'
import { actor, timePasses } from '../../support/story.ts'

let world: World

beforeAll(async () => {
  world = await reconciliationWorld()
})
afterAll(async () => {
  await world.app.stop()
})

/** Separates tests: none of the movements before is in a span of an hour. */
const hoursPass = () => timePasses(world.app, '2 hours')

const movementOf = 'where our_reference = $1'

async function linesKept(): Promise<number> {
  return world.app.prisma.reconciliationLine.count()
}

describe('of two books that agree', () => {
  test('finds nothing, and counts the lines', async () => {
    await hoursPass()
    for (let count = 0; count < 3; count++) await moveMoney(world)
    const run = await reconcile(world, await spanUntilNow(world.app))
    expect(run).toMatchObject({ status: 'DONE', linesCompared: 12, openDifferences: 0, differences: [] })
    expect(run.finishedAt).not.toBeNull()
    expect(await linesKept()).toBe(0)
  })

  test('finds nothing in an empty span', async () => {
    await hoursPass()
    expect(await reconcile(world, await spanUntilNow(world.app))).toMatchObject({
      status: 'DONE',
      linesCompared: 0,
      differences: [],
    })
  })
})

/** Plants a fault of each kind, and some kinds in several ways; returns what must be found. */
async function plantFaults(): Promise<{ expected: string[]; moved: Movements[] }> {
  const { app, anna } = world
  const moved: Movements[] = []
  for (let count = 0; count < 6; count++) moved.push(await moveMoney(world))
  const [one, two, three, four, five] = moved as [Movements, Movements, Movements, Movements, Movements]
  const unknownHold = toPublicId('hld', newId())
  await copyMovement(app, one.hold, { reference: unknownHold })
  await copyMovement(app, one.hold, { reference: 'order-1001' })
  await copyMovement(app, one.refund, { reference: one.transfer })
  await copyMovement(app, two.transfer)
  await copyMovement(app, two.refund)
  await plant(app, `update sandbox.movements set amount_minor = amount_minor + 1 ${movementOf}`, [three.transfer])
  await plant(app, `update sandbox.movements set currency = 'USD' ${movementOf}`, [three.reversal])
  await plant(app, `delete from sandbox.movements ${movementOf}`, [four.reversal])
  await plant(app, `delete from sandbox.movements ${movementOf}`, [four.hold])
  const refused = await anna.posts()
  await anna.asks('fundTask', { taskId: refused.id, paymentMethodId: 'pm_refused', idempotencyKey: 'refused' })
  const failed = await app.prisma.hold.findFirstOrThrow({ where: { taskId: refused.uuid } })
  expect(failed.status).toBe('FAILED')
  const failedHold = toPublicId('hld', failed.id)
  await copyMovement(app, five.hold, { reference: failedHold })
  const expected = [
    'MISSING_HERE nothing',
    'MISSING_HERE nothing',
    'MISSING_HERE nothing',
    `DUPLICATE ${two.transfer}`,
    `DUPLICATE ${two.refund}`,
    `AMOUNT ${three.transfer}`,
    `CURRENCY ${three.reversal}`,
    `MISSING_AT_PROVIDER ${four.reversal}`,
    `MISSING_AT_PROVIDER ${four.hold}`,
    `STATUS ${failedHold}`,
  ]
  return { expected: expected.sort(), moved }
}

describe('of two books that differ', () => {
  test('finds faults of every kind and invents none, and a later run settles those that are gone', async () => {
    await hoursPass()
    const { expected, moved } = await plantFaults()
    const span = await spanUntilNow(world.app)
    const first = await reconcile(world, span)
    expect(kindsOf(first.differences)).toEqual(expected)
    expect(first).toMatchObject({ status: 'DONE', openDifferences: expected.length })
    const of = (kind: string, subject: string | undefined) =>
      first.differences.find((found) => found.kind === kind && found.subject?.id === subject)
    expect(of('AMOUNT', moved[2]?.transfer)).toMatchObject({
      ours: { amount: '-18.00', currencyCode: 'EUR' },
      theirs: { amount: '-18.01', currencyCode: 'EUR' },
      providerReference: expect.stringMatching(/^tr_/),
      settledAt: null,
      note: null,
    })
    expect(of('CURRENCY', moved[2]?.reversal)).toMatchObject({
      ours: { amount: '5.00', currencyCode: 'EUR' },
      theirs: { amount: '5.00', currencyCode: 'USD' },
    })
    expect(of('MISSING_AT_PROVIDER', moved[3]?.hold)).toMatchObject({
      ours: { amount: '20.00', currencyCode: 'EUR' },
      theirs: null,
      providerReference: expect.stringMatching(/^ch_/),
    })
    expect(of('MISSING_HERE', undefined)).toMatchObject({ ours: null, subject: null })

    // One fault is repaired; all others are found again, as the same rows.
    await plant(world.app, `update sandbox.movements set amount_minor = amount_minor - 1 ${movementOf}`, [
      moved[2]?.transfer,
    ])
    const second = await reconcile(world, span)
    const gone = `AMOUNT ${moved[2]?.transfer}`
    expect(kindsOf(second.differences)).toEqual(expected.filter((found) => found !== gone))
    expect(second.openDifferences).toBe(expected.length - 1)
    expect(second.differences.map(({ id }) => id).sort()).toEqual(
      first.differences
        .filter((found) => found.id !== of('AMOUNT', moved[2]?.transfer)?.id)
        .map(({ id }) => id)
        .sort(),
    )
    expect(kindsOf((await readRun(world, first.id, false)).differences)).toEqual([gone])
    expect((await readRun(world, first.id, true)).differences).toHaveLength(expected.length - 1)

    // Broken again, it is open again.
    await plant(world.app, `update sandbox.movements set amount_minor = amount_minor + 1 ${movementOf}`, [
      moved[2]?.transfer,
    ])
    expect(kindsOf((await reconcile(world, span)).differences)).toEqual(expected)
    expect((await readRun(world, first.id)).openDifferences).toBe(expected.length)
  })

  test('finds a second payment in another span than the first', async () => {
    await hoursPass()
    const { transfer } = await moveMoney(world)
    await hoursPass()
    const at = new Date((await spanUntilNow(world.app)).to.getTime() - 60_000)
    await copyMovement(world.app, transfer, { at })
    const run = await reconcile(world, await spanUntilNow(world.app))
    expect(kindsOf(run.differences)).toEqual([`DUPLICATE ${transfer}`])
  })

  test('settles nothing outside of its span', async () => {
    await hoursPass()
    const { hold } = await moveMoney(world)
    await plant(world.app, `update sandbox.movements set amount_minor = 1 ${movementOf}`, [hold])
    const found = await reconcile(world, await spanUntilNow(world.app))
    expect(found.openDifferences).toBe(1)
    await hoursPass()
    await reconcile(world, await spanUntilNow(world.app))
    expect((await readRun(world, found.id)).openDifferences).toBe(1)
  })
})

describe('at the edges of the span', () => {
  test('tolerates a movement that is under way, for two hours', async () => {
    await hoursPass()
    const { app, anna } = world
    const task = await anna.posts()
    await setMode('DROP_RESPONSE')
    await anna.funds(task)
    await setMode('ACCEPT')
    const hold = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
    expect(hold.status).toBe('PENDING')
    expect(await reconcile(world, await spanUntilNow(app))).toMatchObject({ linesCompared: 1, differences: [] })
    await timePasses(app, '2 hours')
    const run = await reconcile(world, await spanUntilNow(app, 3))
    expect(kindsOf(run.differences)).toEqual([`STATUS ${toPublicId('hld', hold.id)}`])
  })

  test('compares the amount of a movement that is under way', async () => {
    await hoursPass()
    const { app, anna } = world
    const task = await anna.posts()
    await setMode('DROP_RESPONSE')
    await anna.funds(task)
    await setMode('ACCEPT')
    const hold = toPublicId('hld', (await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })).id)
    await plant(app, `update sandbox.movements set amount_minor = 1 ${movementOf}`, [hold])
    const run = await reconcile(world, await spanUntilNow(app))
    expect(run.differences).toMatchObject([
      { kind: 'AMOUNT', subject: { id: hold }, ours: { amount: '20.00' }, theirs: { amount: '0.01' } },
    ])
  })

  test('looks up a movement that is recorded before the span and posted within it', async () => {
    await hoursPass()
    const { app } = world
    const { hold, transfer } = await moveMoney(world)
    const early = `
      with moved as (
        update sandbox.movements set created_at = created_at - interval '3 hours' where our_reference = $1
      )
      update holds set created_at = created_at - interval '3 hours' where id = $2`
    await plant(app, early, [hold, uuidOf(hold)])
    const span = await spanUntilNow(app)
    expect(await reconcile(world, span)).toMatchObject({ linesCompared: 3, differences: [] })
    // Without the movement, the look-up finds none.
    await plant(app, `delete from sandbox.movements ${movementOf}`, [hold])
    await plant(app, `delete from sandbox.movements ${movementOf}`, [transfer])
    expect(kindsOf((await reconcile(world, span)).differences)).toEqual(
      [`MISSING_AT_PROVIDER ${hold}`, `MISSING_AT_PROVIDER ${transfer}`].sort(),
    )
  })
})

async function setMode(mode: string): Promise<void> {
  await plant(world.app, 'update sandbox.provider set mode = $1::sandbox.provider_mode', [mode])
}

describe('startReconciliation', () => {
  const day = (text: string) => new Date(`2026-${text}T00:00:00Z`)

  test.each([
    ['that ends before it begins', day('03-02'), day('03-01'), 'This must be after the beginning of the span.'],
    ['that is empty', day('03-01'), day('03-01'), 'This must be after the beginning of the span.'],
    [
      'of more than 31 days',
      day('03-01'),
      day('04-02'),
      'This must be at most 31 days after the beginning of the span.',
    ],
    ['that ends in the future', day('03-01'), undefined, 'This is in the future. Reconcile the past.'],
  ])('refuses a span %s', async (_name, from, to, message) => {
    const runs = await world.app.prisma.reconciliation.count()
    const { to: now } = await spanUntilNow(world.app)
    const later = new Date(now.getTime() + 60_000)
    const span = to ? { from, to } : { from: new Date(now.getTime() - 60_000), to: later }
    expect(await starts(world.fay, span)).toMatchObject({
      __typename: 'ValidationError',
      fields: [{ path: ['input', 'to'], message }],
    })
    expect(await world.app.prisma.reconciliation.count()).toBe(runs)
  })

  test('is audited, and returns the stored answer to the same request', async () => {
    await hoursPass()
    const span = await spanUntilNow(world.app)
    const more = { idempotencyKey: 'once' }
    const started = await starts(world.fay, span, more)
    expect(started).toMatchObject({ __typename: 'ReconciliationPayload', replayed: false })
    const { id } = started.reconciliation as { id: string }
    expect(await starts(world.fay, span, more)).toMatchObject({ replayed: true, reconciliation: { id } })
    expect(await starts(world.fay, { ...span, from: new Date(0) }, more)).toMatchObject({
      code: 'VALIDATION_FAILED',
    })
    const records = await world.app.prisma.auditRecord.findMany({ where: { subjectId: uuidOf(id) } })
    expect(records).toMatchObject([
      { action: 'reconciliation.started', actorId: world.fay.uuid, subjectType: 'rcn', reason: null },
    ])
  })

  test('twice at once over the same span starts one', async () => {
    await hoursPass()
    const span = await spanUntilNow(world.app)
    const started = await Promise.all([1, 2, 3, 4].map(() => starts(world.fay, span)))
    const ids = new Set(started.map(({ reconciliation }) => (reconciliation as { id: string }).id))
    expect(ids.size).toBe(1)
    expect(await world.app.prisma.reconciliation.count({ where: { spanTo: span.to } })).toBe(1)
  })
})

describe('settleDifference', () => {
  async function found(anna = world.anna) {
    await hoursPass()
    const { hold } = await moveMoney({ ...world, anna })
    await plant(world.app, `update sandbox.movements set amount_minor = 1 ${movementOf}`, [hold])
    const span = await spanUntilNow(world.app)
    const [difference] = (await reconcile(world, span)).differences
    return { id: String(difference?.id), span, hold }
  }

  test('keeps the note, is audited, and holds when a later run finds it again', async () => {
    const { id, span } = await found()
    expect(await settles(world.fay, id)).toMatchObject({
      __typename: 'DifferencePayload',
      replayed: false,
      difference: { id, note: 'Booked by hand.', settledAt: expect.any(String) },
    })
    const again = await reconcile(world, span)
    expect(again).toMatchObject({ openDifferences: 0, differences: [{ id, note: 'Booked by hand.' }] })
    const records = await world.app.prisma.auditRecord.findMany({ where: { subjectId: uuidOf(id) } })
    expect(records).toMatchObject([
      { action: 'difference.settled', actorId: world.fay.uuid, subjectType: 'rcd', reason: 'Booked by hand.' },
    ])
  })

  test('adds a note to a difference that has settled itself', async () => {
    const { id, span, hold } = await found()
    await plant(world.app, `update sandbox.movements set amount_minor = 2000 ${movementOf}`, [hold])
    await reconcile(world, span)
    expect(await settles(world.fay, id)).toMatchObject({ difference: { note: 'Booked by hand.' } })
  })

  test('refuses a second person, and keeps the first note', async () => {
    const { id } = await found()
    await settles(world.fay, id)
    const gus = await actor(world.app, 'Gus', 'FINANCE')
    expect(await settles(gus, id, { note: 'No.' })).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    expect(
      await world.app.prisma.reconciliationDifference.findUniqueOrThrow({ where: { id: uuidOf(id) } }),
    ).toMatchObject({ note: 'Booked by hand.', settledById: world.fay.uuid })
  })

  test('is rolled back when its audit record cannot be written', async () => {
    const { id } = await found()
    const { pool } = world.app.database
    await pool.query(`
      create function break_down() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
      create trigger break_down before insert on audit_records for each row execute function break_down()`)
    await expect(settles(world.fay, id)).rejects.toThrow()
    await pool.query('drop trigger break_down on audit_records')
    expect(
      await world.app.prisma.reconciliationDifference.findUniqueOrThrow({ where: { id: uuidOf(id) } }),
    ).toMatchObject({ settledAt: null, note: null })
    expect(await settles(world.fay, id)).toMatchObject({ __typename: 'DifferencePayload' })
  })

  test('refuses staff who have lost their role, also for a stored answer', async () => {
    const { id } = await found()
    const gus = await actor(world.app, 'Gus', 'FINANCE')
    const ada = await actor(world.app, 'Ada', 'ADMIN')
    const more = { idempotencyKey: 'settle once' }
    expect(await settles(gus, id, more)).toMatchObject({ __typename: 'DifferencePayload', replayed: false })
    expect(await settles(gus, id, more)).toMatchObject({ __typename: 'DifferencePayload', replayed: true })
    await ask(ada, 'mutation ($input: SetRolesInput!) { setRoles(input: $input) { __typename } }', {
      input: { userId: gus.id, roles: ['USER'], reason: 'Left.' },
    })
    const seen = '{ reconciliations { nodes { id } } }'
    // Their next request begins with another session state.
    await expect.poll(async () => ask(gus, seen)).toEqual({ reconciliations: null })
    expect(await settles(gus, id, more)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await starts(gus, { from: new Date(0), to: new Date(1) })).toMatchObject({ __typename: 'ForbiddenError' })
    const { nodes } = await ask<{ nodes: unknown[] }>(gus, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [id],
    })
    expect(nodes).toEqual([null])
  })

  test('refuses an unknown difference, and a note without text', async () => {
    expect(await settles(world.fay, toPublicId('rcd', newId()))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await settles(world.fay, 'rcd_nothing')).toMatchObject({ code: 'NOT_FOUND' })
    const { id } = await found()
    expect(await settles(world.fay, id, { note: ' ' })).toMatchObject({ code: 'VALIDATION_FAILED' })
    expect(
      (await world.app.prisma.reconciliationDifference.findUniqueOrThrow({ where: { id: uuidOf(id) } })).note,
    ).toBe(null)
  })

  test('refuses staff with a conflict of interest, who do not see the difference either', async () => {
    const mia = await actor(world.app, 'Mia', 'FINANCE')
    const { id } = await found(mia)
    expect(await settles(mia, id)).toMatchObject({ __typename: 'ForbiddenError' })
    const seen = await ask<{ node: unknown; reconciliations: { nodes: object[] } }>(
      mia,
      `query ($id: ID!) { node(id: $id) { id } reconciliations(first: 1) { nodes { openDifferences differences { nodes { id } } } } }`,
      { id },
    )
    expect(seen).toEqual({
      node: null,
      reconciliations: { nodes: [{ openDifferences: 0, differences: { nodes: [] } }] },
    })
    expect(await settles(world.fay, id)).toMatchObject({ __typename: 'DifferencePayload' })
  })
})
