/** One definition of the life cycles: the API, its schema and the database have the statuses and moves of the code, and no others. */
import { isEnumType } from 'graphql'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LIFE_CYCLES } from '../../src/api/lifeCycles.ts'
import { schema } from '../../src/api/schema.ts'
import { type LifeCycle, movesOf } from '../../src/domain/lifeCycle.ts'
import { chargedBack } from '../support/chargebacks.ts'
import { acts, closeBooks, moneyMoves, moneyWorld, taskAtWork, type World } from '../support/money.ts'
import { toPublicId } from '../support/publicIds.ts'
import { actor } from '../support/story.ts'
import { differenceRow } from '../support/worlds/authorizationWorld.ts'

const lifeCycles = Object.values(LIFE_CYCLES)

let world: World
let client: pg.Client

beforeAll(async () => {
  world = await moneyWorld()
  client = new pg.Client({ connectionString: world.app.connectionString })
  await client.connect()
  await makeOneOfEach(world)
})
afterAll(async () => {
  await client.end()
  await closeBooks(world)
})

/** A row of every table that has a status: a task with all that can happen to it. */
async function makeOneOfEach({ app, anna, ben, fay }: World): Promise<void> {
  await (await actor(app, 'Carl')).applies(await anna.posts({ acceptanceMode: 'POSTER_CHOICE' }))
  const task = await taskAtWork(world)
  await ben.submits(task)
  const dispute = await anna.disputes(task)
  const toTasker = { amount: '10.00', currencyCode: 'EUR' }
  await fay.does('resolveDispute', {
    idempotencyKey: 'resolve',
    disputeId: dispute.id,
    toTasker,
    note: 'Half is done.',
  })
  await moneyMoves(world)
  const transfer = await app.prisma.transfer.findFirstOrThrow({ where: { taskId: task.uuid } })
  await acts(fay, 'reverseTransfer', {
    transferId: toPublicId('trf', transfer.id),
    amount: { amount: '1.00', currencyCode: 'EUR' },
    reason: 'Not done.',
  })
  await anna.reviews(task)
  await differenceRow(app)
  await chargedBack(world, await taskAtWork(world))
}

interface Guard {
  subject: string
  table: string
  trigger: string
}

/** The triggers that refuse moves, each with its table and its life cycle. */
async function guards(): Promise<Guard[]> {
  const { rows } = await client.query<Guard>(`
    select
      rtrim(encode(tgargs, 'escape'), '\\000') as subject,
      tgrelid::regclass::text as table,
      tgname as trigger
    from pg_trigger
    where tgfoid = 'refuse_illegal_transition'::regproc
      and tgenabled = 'O'
    order by subject`)
  return rows
}

// A file and a mail have a status, but no life cycle: only their end is final, and triggers of their own hold that. A delivery of a webhook
// can be sent again from every end.
const WITHOUT_LIFE_CYCLE: readonly string[] = ['attachments', 'mails', 'webhook_deliveries']

test('every table with a status has a trigger for its life cycle', async () => {
  const { rows: tables } = await client.query<{ table: string }>(`
    select table_name as table
    from information_schema.columns
    where table_schema = 'public'
      and column_name = 'status'
    order by table_name`)
  const found = await guards()
  const expected = tables.map(({ table }) => table).filter((table) => !WITHOUT_LIFE_CYCLE.includes(table))
  expect(found.map(({ table }) => table).sort()).toEqual(expected)
  expect(found.map(({ subject }) => subject)).toEqual(lifeCycles.map(({ subject }) => subject).sort())
  for (const { subject, trigger } of found) {
    expect(trigger).toMatch(new RegExp(`^an?_(${subject}|${subject.replace('task_', '')})_follows_its_life_cycle$`))
  }
})

test('the database has the moves of the life cycles, and no others', async () => {
  const { rows } = await client.query<{ move: string }>(
    `select subject || ': ' || from_status || ' -> ' || to_status as move from status_transitions`,
  )
  const declared = lifeCycles.flatMap((lifeCycle) =>
    movesOf(lifeCycle).map(({ from, to }) => `${lifeCycle.subject}: ${from} -> ${to}`),
  )
  expect(rows.map(({ move }) => move).sort()).toEqual(declared.sort())
})

// Clients see when a review was published, and not its status.
const WITHOUT_ENUM: readonly string[] = ['review']

const enumOf = ({ subject }: LifeCycle<string>): string =>
  `${subject.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Status`

test.each(lifeCycles.map((lifeCycle) => [enumOf(lifeCycle), lifeCycle] as const))(
  'the schema has the values of %s',
  (name, { subject, states }) => {
    const type = schema.getType(name)
    if (WITHOUT_ENUM.includes(subject)) return expect(type).toBeUndefined()
    const values = isEnumType(type) ? type.getValues().map((value) => value.name) : undefined
    expect(values?.sort()).toEqual([...states].sort())
  },
)

describe.each(lifeCycles.map(({ subject, states }) => [subject, states] as const))('%s', (subject, states) => {
  const pairs = states.flatMap((from) => states.filter((to) => to !== from).map((to) => [from, to] as const))

  test.each(pairs)('%s -> %s is refused by its trigger, or passes', async (from, to) => {
    const lifeCycle = lifeCycles.find((one) => one.subject === subject)
    const isAllowed = movesOf(lifeCycle as LifeCycle<string>).some((move) => move.from === from && move.to === to)
    const guard = (await guards()).find((one) => one.subject === subject)
    expect(await tryMove(guard as Guard, { from, to, alone: isAllowed })).toBe(isAllowed ? 1 : guard?.trigger)
  })
})

/**
 * Puts a row into one status, whatever else it is, and moves it to another. Returns the number of rows moved, or the name of the
 * constraint that refused. `alone`: with no other rule than the trigger of the life cycle.
 */
async function tryMove(
  { table, trigger }: Guard,
  { from, to, alone }: { from: string; to: string; alone: boolean },
): Promise<number | string | undefined> {
  const { rows: checks } = await client.query<{ name: string }>(
    `select conname as name from pg_constraint where conrelid = $1::regclass and contype = 'c'`,
    [table],
  )
  const { rows: type } = await client.query<{ name: string }>(
    `select atttypid::regtype::text as name from pg_attribute where attrelid = $1::regclass and attname = 'status'`,
    [table],
  )
  const row = `where id = (select id from ${table} where status is not null order by id limit 1)`
  const set = (status: string) => client.query(`update ${table} set status = '${status}'::${type[0]?.name} ${row}`)
  await client.query('begin')
  try {
    for (const { name } of checks) await client.query(`alter table ${table} drop constraint ${name}`)
    if (alone) {
      await client.query(`alter table ${table} disable trigger user`)
      await client.query(`alter table ${table} enable trigger ${trigger}`)
    }
    await client.query('set local session_replication_role = replica')
    expect((await set(from)).rowCount).toBe(1)
    await client.query('set local session_replication_role = origin')
    return (await set(to)).rowCount ?? 0
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.constraint ?? error.message
    throw error
  } finally {
    await client.query('rollback')
  }
}
