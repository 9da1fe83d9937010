import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { anonymousCaller, ask } from '../../support/ask.ts'
import { asksForFee, setsFee } from '../../support/fees.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, everything, expectRefusal, type Named, taskRowOf, timePasses } from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let ada: Actor
let fay: Actor

beforeAll(async () => {
  app = await startApp()
  ada = await actor(app, 'Ada', 'ADMIN')
  fay = await actor(app, 'Fay', 'FINANCE')
})
afterAll(async () => {
  await app.stop()
})
// Each test begins with a rule like the first one in force, and with people who have no history.
beforeEach(async () => {
  ;[anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
  await setsFee(ada, { basisPoints: 1_000, least: '1.00' })
})

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' })
const low = (path: string[]) => ({ __typename: 'ValidationError', fields: [{ path }] })
const nowOfServer = async () =>
  (await app.database.pool.query<{ now: Date }>('select errand_now() as now')).rows[0]?.now.toISOString()

interface Rule {
  id: string
  version: number
  basisPoints: number
  least: string
  effectiveFrom: string
  setBy: { id: string } | null
}
const FIELDS = '{ id version basisPoints least effectiveFrom setBy { id } }'
const rulesFor = async (someone: Actor | Parameters<typeof ask>[0]): Promise<Rule[]> =>
  (await ask<{ feeRules: Rule[] }>(someone, `{ feeRules ${FIELDS} }`)).feeRules

/** A completed task of this price, and the fee of its transfer in minor units. */
async function feeOfWork(task: Named): Promise<bigint> {
  await anna.funds(task)
  await ben.submits(task)
  const transfer = await anna.approves(task)
  return (await app.prisma.transfer.findUniqueOrThrow({ where: { id: transfer.uuid } })).feeMinor
}

test('everybody reads the rules, newest first, and staff who set them', async () => {
  const set = await asksForFee(ada, { basisPoints: 1_250, least: '1.5', effectiveFrom: '2100-01-01T00:00:00Z' })
  expect(set).toMatchObject({
    __typename: 'FeeRulePayload',
    replayed: false,
    feeRule: { basisPoints: 1_250, least: '1.50', effectiveFrom: '2100-01-01T00:00:00.000Z', setBy: { id: ada.id } },
  })
  const seen = await rulesFor(anonymousCaller(app))
  expect(seen.map(({ version }) => version)).toEqual(seen.map((_, index) => seen.length - index))
  expect(seen.at(-1)).toMatchObject({
    version: 1,
    basisPoints: 1_000,
    least: '1.00',
    effectiveFrom: '1970-01-01T00:00:00.000Z',
  })
  expect(seen.every(({ setBy }) => setBy === null)).toBe(true)
  expect((await rulesFor(fay))[0]).toEqual(set.feeRule)
  expect(
    await ask(ben, `query ($id: ID!) { node(id: $id) { ... on FeeRule ${FIELDS} } }`, { id: seen[0]?.id }),
  ).toEqual({
    node: seen[0],
  })
})

test('a task keeps the rule of its acceptance, whatever is set later', async () => {
  const [before, after] = [await anna.posts(), await anna.posts()]
  await ben.accepts(before)
  const version = await setsFee(ada, { basisPoints: 2_000, least: '2.00' })
  await ben.accepts(after)
  expect((await taskRowOf(app, before)).feeRuleVersion).toBe(version - 1)
  expect((await taskRowOf(app, after)).feeRuleVersion).toBe(version)
  expect([await feeOfWork(before), await feeOfWork(after)]).toEqual([200n, 400n])
})

test('a rule is in force from its time on, by the clock of the server', async () => {
  const [before, after] = [await anna.posts(), await anna.posts()]
  const now = new Date((await nowOfServer()) ?? '').getTime()
  const version = await setsFee(ada, { effectiveFrom: new Date(now + 3_600_000).toISOString() })
  await ben.accepts(before)
  await timePasses(app, '1 hour')
  await ben.accepts(after)
  expect((await taskRowOf(app, before)).feeRuleVersion).toBe(version - 1)
  expect((await taskRowOf(app, after)).feeRuleVersion).toBe(version)
})

test('of two rules with one start the later version is in force, so a planned rule can be replaced', async () => {
  const effectiveFrom = new Date(new Date((await nowOfServer()) ?? '').getTime() + 60_000).toISOString()
  await setsFee(ada, { effectiveFrom, basisPoints: 9_999 })
  const version = await setsFee(ada, { effectiveFrom, basisPoints: 500 })
  const task = await anna.posts()
  await timePasses(app, '1 minute')
  await ben.accepts(task)
  expect((await taskRowOf(app, task)).feeRuleVersion).toBe(version)
})

test('a partial payment of a dispute keeps the rule of the acceptance', async () => {
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  await setsFee(ada, { basisPoints: 5_000 })
  const dispute = await anna.disputes(task)
  await fay.does('resolveDispute', {
    disputeId: dispute.id,
    toTasker: euros('10.00'),
    note: 'Half.',
    idempotencyKey: task.id,
  })
  expect(await app.prisma.transfer.findFirstOrThrow({ where: { taskId: task.uuid } })).toMatchObject({
    grossMinor: 1_000n,
    feeMinor: 100n,
  })
})

test('the minimum price follows the rule in force', async () => {
  const draft = await anna.drafts({ budget: euros('2.00') })
  const choice = await anna.posts({ acceptanceMode: 'POSTER_CHOICE', budget: euros('2.00') })
  const task = await anna.posts({ budget: euros('2.00') })
  const application = await ben.applies(choice)
  await setsFee(ada, { least: '2.00' })
  const path = ['input', 'budget', 'amount']
  const content = { title: 'Paint', description: 'White.' }
  await expectRefusal(app, anna, 'createTask', { ...content, budget: euros('2.00') }, low(path))
  await expectRefusal(
    app,
    anna,
    'updateTask',
    { taskId: task.id, expectedVersion: 1, budget: euros('1.50') },
    low(path),
  )
  await expectRefusal(app, anna, 'publishTask', { taskId: draft.id }, low(['task', 'budget', 'amount']))
  const other = await anna.posts({ acceptanceMode: 'POSTER_CHOICE', budget: euros('20.00') })
  const price = { price: euros('2.00') }
  await expectRefusal(app, ben, 'applyToTask', { taskId: other.id, ...price }, low(['input', 'price', 'amount']))
  const update = { applicationId: application.id, expectedTaskVersion: 1, ...price }
  await expectRefusal(app, ben, 'updateApplication', update, low(['input', 'price', 'amount']))
  await expectRefusal(
    app,
    anna,
    'acceptApplication',
    { applicationId: application.id },
    {
      ...low(['application', 'price', 'amount']),
      fields: [{ message: 'The minimum price is 2.01 EUR.' }],
    },
  )
  await expectRefusal(app, ben, 'acceptTask', { taskId: task.id }, low(['task', 'budget', 'amount']))
  const expected = { taskId: task.id, expectedPrice: euros('2.00') }
  await expectRefusal(app, ben, 'acceptTask', expected, low(['input', 'expectedPrice', 'amount']))
  // A change of anything else is not refused, and a new budget makes the task acceptable again.
  await anna.does('updateTask', { taskId: task.id, expectedVersion: 1, title: 'Paint it' })
  await anna.does('updateTask', { taskId: task.id, expectedVersion: 2, budget: euros('2.01') })
  await ben.accepts(task)
})

test('a key replays a task that was created before the minimum price rose', async () => {
  const input = { title: 'Paint', description: 'White.', budget: euros('1.50'), idempotencyKey: 'before the rise' }
  const first = await anna.does('createTask', input)
  await setsFee(ada)
  expect(await anna.does('createTask', input)).toEqual({ ...first, replayed: true })
})

test('available actions say what the minimum price blocks', async () => {
  const actionsOf = async (someone: Actor, { id }: Named) => {
    const query = `query ($id: ID!) { task(id: $id) { availableActions {
      action blockedBy { ... on ValidationError { fields { path } } }
    } } }`
    const { task } = await ask<{ task: { availableActions: { action: string; blockedBy: object | null }[] } }>(
      someone,
      query,
      { id },
    )
    return Object.fromEntries(task.availableActions.map(({ action, blockedBy }) => [action, blockedBy]))
  }
  const draft = await anna.drafts({ budget: euros('2.00') })
  const task = await anna.posts({ budget: euros('2.00') })
  const choice = await anna.posts({ acceptanceMode: 'POSTER_CHOICE', budget: euros('2.00') })
  await ben.applies(choice)
  expect([(await actionsOf(anna, draft)).PUBLISH, (await actionsOf(ben, task)).ACCEPT]).toEqual([null, null])
  await setsFee(ada)
  const budget = { fields: [{ path: ['task', 'budget', 'amount'] }] }
  expect((await actionsOf(anna, draft)).PUBLISH).toEqual(budget)
  expect((await actionsOf(ben, task)).ACCEPT).toEqual(budget)
  expect((await actionsOf(anna, choice)).ACCEPT).toEqual({ fields: [{ path: ['application', 'price', 'amount'] }] })
})

test('only administrators set rules, and not for the past', async () => {
  for (const someone of [anna, fay]) {
    const before = await everything(app)
    expect(await asksForFee(someone)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await everything(app)).toEqual(before)
  }
  const past = new Date(new Date((await nowOfServer()) ?? '').getTime() - 61_000).toISOString()
  const before = await everything(app)
  expect(await asksForFee(ada, { effectiveFrom: past })).toMatchObject({
    __typename: 'ValidationError',
    fields: [{ path: ['input', 'effectiveFrom'] }],
  })
  expect(await everything(app)).toEqual(before)
})

test.each([
  ['basisPoints', -1],
  ['basisPoints', 10_000],
  ['least', '-0.01'],
  ['least', '0.00001'],
  ['least', '1000000.01'],
  ['least', '1000001'],
  ['reason', ' '],
])('refuses %s %j', async (field, value) => {
  expect(await asksForFee(ada, { [field]: value })).toMatchObject(low(['input', field]))
})

test.each([
  ['0', '0.00'],
  ['-0.0', '0.00'],
  ['0001.50', '1.50'],
  ['1000000', '1000000.00'],
  ['0.0050', '0.005'],
])('takes a least fee of %s as %s', async (sent, least) => {
  const effectiveFrom = '2100-01-01T00:00:00Z'
  expect(await asksForFee(ada, { least: sent, effectiveFrom })).toMatchObject({ feeRule: { least } })
})

test('a key sets a rule once', async () => {
  const input = { idempotencyKey: 'once', effectiveFrom: '2100-01-01T00:00:00Z' }
  const first = await asksForFee(ada, input)
  const before = await everything(app)
  expect(await asksForFee(ada, input)).toEqual({ ...first, replayed: true })
  expect(await everything(app)).toEqual(before)
})

test('a rule whose audit record fails is not set', async () => {
  const before = await everything(app)
  await app.database.pool.query(`
    create function break_down() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
    create trigger break_down before insert on audit_records for each row execute function break_down()`)
  await expect(asksForFee(ada)).rejects.toThrow()
  await app.database.pool.query('drop trigger break_down on audit_records')
  expect(await everything(app)).toEqual(before)
})

test('the database refuses to change a rule, and a task with another rule than that in force', async () => {
  const query = (text: string) => app.database.pool.query(text)
  await expect(query('update fee_rules set basis_points = 0')).rejects.toThrow('append-only')
  await expect(query('delete from fee_rules')).rejects.toThrow('append-only')
  await expect(query('truncate fee_rules')).rejects.toThrow('append-only')
  const task = await anna.posts()
  await ben.accepts(task)
  const version = Number((await taskRowOf(app, task)).feeRuleVersion)
  const pin = 'update tasks set fee_rule_version = $2 where id = $1'
  await expect(app.database.pool.query(pin, [task.uuid, version - 1])).rejects.toMatchObject({
    constraint: 'a_task_keeps_the_fee_rule_of_its_acceptance',
  })
})
