/** Expiry of one task and of many at once: both leave the same rows. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { noStatements } from '../../../src/db/statementCount.ts'
import { taskTimers } from '../../../src/tasks/actions/taskTimers.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  type Named,
  taskRowOf,
  timePasses,
  timersRun,
  whileHolding,
} from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let cleo: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  cleo = await actor(app, 'Cleo')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  await app.database.run`/* clockBack */ update sandbox.clock set ahead_by = '0'`
})

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const deadlineTimer = taskTimers.find(({ name }) => name === 'taskDeadline')

/** One task of each kind before the deadline. */
async function oneOfEach(): Promise<Record<string, Named>> {
  const deadline = inHours(30)
  const lonely = await anna.posts({ deadline })
  const wanted = await anna.posts({ deadline })
  await ben.applies(wanted)
  await cleo.applies(wanted, { price: { amount: '31.00', currencyCode: 'EUR' } })
  const refused = await anna.posts({ deadline, acceptanceMode: 'POSTER_CHOICE' })
  await anna.does('rejectApplication', { applicationId: (await ben.applies(refused)).id })
  await cleo.does('withdrawApplication', { applicationId: (await cleo.applies(refused)).id })
  await cleo.applies(refused)
  const invitation = await anna.posts({ deadline, acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id })
  const withdrawn = await anna.posts({ deadline })
  await ben.applies(withdrawn)
  await cleo.accepts(withdrawn)
  await cleo.withdrawsFrom(withdrawn)
  const paid = await anna.posts({ deadline })
  await cleo.applies(paid)
  await anna.funds(paid)
  return { lonely, wanted, refused, invitation, withdrawn, paid }
}

const IDS_AND_TIMES =
  /^(id|sequence|taskId|chatId|holdId|provider.*|fundingKey|clientSecret|holdableUntil|.*At|deadline)$/

/** A row with its ids and times masked. */
const masked = (row: object) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value && IDS_AND_TIMES.test(name) ? 'masked' : value]),
  )

async function rowsOf(task: Named): Promise<object> {
  const of = { where: { taskId: task.uuid } }
  const events = await app.prisma.event.findMany({ ...of, orderBy: { sequence: 'asc' } })
  return {
    task: masked(await taskRowOf(app, task)),
    applications: (await applicationRowsOf(app, task)).map(masked),
    events: events.map((event) => ({ ...masked(event), recipientIds: event.recipientIds.toSorted() })),
    chats: (await app.prisma.chat.findMany(of)).map(masked),
    holds: (await app.prisma.hold.findMany(of)).map(masked),
    refunds: (await app.prisma.refund.findMany(of)).map(masked),
  }
}

test('a task that expires with many others leaves the same rows as one that expires alone', async () => {
  const alone = await oneOfEach()
  await timePasses(app, '31 hours')
  for (const _ of Object.keys(alone)) expect(await deadlineTimer?.runDue(app.work, 1)).toBe(1)
  await app.database.run`/* clockBack */ update sandbox.clock set ahead_by = '0'`
  const together = await oneOfEach()
  await timePasses(app, '31 hours')
  expect(await deadlineTimer?.runDue(app.work, 100)).toBe(6)
  expect(await deadlineTimer?.runDue(app.work, 100)).toBe(0)

  for (const [kind, task] of Object.entries(together)) {
    const left = await rowsOf(task)
    expect([kind, left]).toEqual([kind, await rowsOf(alone[kind] as Named)])
    expect(left).toMatchObject({ task: { status: 'EXPIRED' }, refunds: { length: kind === 'paid' ? 1 : 0 } })
  }
  const { wanted, withdrawn } = together as Record<'wanted' | 'withdrawn', Named>
  expect(await rowsOf(wanted)).toMatchObject({
    task: { version: 2, applicationCount: 2 },
    applications: [
      { status: 'CLOSED', version: 2 },
      { status: 'CLOSED', version: 2 },
    ],
  })
  const expired = await app.prisma.event.findFirst({ where: { taskId: withdrawn.uuid, type: 'task.expired' } })
  expect(expired).toMatchObject({
    actorId: null,
    taskVersion: 4,
    statusBefore: 'OPEN',
    statusAfter: 'EXPIRED',
    reason: null,
    recipientIds: [anna.uuid, ben.uuid],
  })
  expect(expired?.occurredAt).toEqual((await taskRowOf(app, withdrawn)).endedAt)
})

test('twenty tasks expire with as many statements as two', async () => {
  const countOf = async (tasks: number): Promise<number> => {
    for (let task = 0; task < tasks; task++) await ben.applies(await anna.posts({ deadline: inHours(1) }))
    await app.database.run`/* clockForward */ update sandbox.clock set ahead_by = '2 hours'`
    const sent = noStatements()
    const database = app.database.counting(sent)
    expect(await deadlineTimer?.runDue({ ...app.work, database }, 100)).toBe(tasks)
    await app.database.run`/* clockBack */ update sandbox.clock set ahead_by = '0'`
    return sent.statements
  }
  expect(await countOf(20)).toBe(await countOf(2))
})

test('locked and failing tasks do not block the others', async () => {
  const tasks: Named[] = []
  for (let count = 0; count < 8; count++) tasks.push(await anna.posts({ deadline: inHours(1) }))
  const [held, broken, ...sound] = tasks as [Named, Named, ...Named[]]
  await app.database.pool.query(
    `create function break_one() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
     create trigger break_one before update on tasks for each row when (new.id = '${broken.uuid}') execute function break_one();`,
  )
  await timePasses(app, '2 hours')
  const logged = app.logLines.length
  await whileHolding(app, ['select from tasks where id = $1 for update', held.uuid], async () => {
    expect(await timersRun(app)).toBe(sound.length)
  })
  await app.database.pool.query('drop function break_one cascade')
  for (const task of sound) expect(await taskRowOf(app, task)).toMatchObject({ status: 'EXPIRED', version: 2 })
  for (const task of [held, broken]) expect(await taskRowOf(app, task)).toMatchObject({ status: 'OPEN', version: 1 })
  expect(app.logLines.slice(logged)).toMatchObject([{ level: 50, timer: 'taskDeadline', taskId: broken.uuid }])
  expect(await timersRun(app)).toBe(2)
})
