/** Fee rules that are set while others are set, and while tasks are accepted. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withTransaction } from '../../src/db/transaction.ts'
import { setFeeRule } from '../../src/fees/setFeeRule.ts'
import { acceptTask } from '../../src/tasks/actions/acceptTask.ts'
import { setsFee } from '../support/fees.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type Actor, actor, type Outcome, taskRowOf, waitsForLock } from '../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let ada: Actor

beforeAll(async () => {
  app = await startApp()
  ;[anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
  ada = await actor(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await app.stop()
})

const terms = { basisPoints: 2_000, least: '2.00', reason: 'A race.', requestId: 'race' }

test('rules that are set at once have consecutive versions', async () => {
  const before = await app.prisma.feeRule.count()
  const versions = await Promise.all(Array.from({ length: 6 }, (_, index) => setsFee(ada, { basisPoints: index })))
  expect(versions.sort((one, other) => one - other)).toEqual(versions.map((_, index) => before + 1 + index))
})

test('an acceptance whose rule is followed by another before its commit is accepted by the other', async () => {
  const task = await anna.posts()
  let accepting: Promise<Outcome> | undefined
  await withTransaction(app.database, async (tx) => {
    await setFeeRule(tx, { ...terms, adminId: ada.uuid, effectiveFrom: new Date() })
    // It reads the old rule, because the new one is not committed, and then waits at its check.
    accepting = ben.asks('acceptTask', { taskId: task.id })
    await waitsForLock(app, 'setAssignee')
  })
  expect(await accepting).toMatchObject({ __typename: 'AcceptTaskPayload' })
  const rule = await app.prisma.feeRule.findFirstOrThrow({ orderBy: { version: 'desc' } })
  expect((await taskRowOf(app, task)).feeRuleVersion).toBe(rule.version)
})

test('a rule that is set during an acceptance is in force after it', async () => {
  const task = await anna.posts()
  let setting: Promise<number> | undefined
  await withTransaction(app.database, async (tx) => {
    await acceptTask(tx, {
      taskId: task.uuid,
      taskerId: ben.uuid,
      expectedPrice: undefined,
      expectedVersion: undefined,
    })
    setting = setsFee(ada)
    await waitsForLock(app, 'lockFeeRules')
  })
  const version = Number(await setting)
  const { effectiveFrom } = await app.prisma.feeRule.findUniqueOrThrow({ where: { version } })
  const { feeRuleVersion, acceptedAt } = await taskRowOf(app, task)
  expect(feeRuleVersion).toBe(version - 1)
  expect(acceptedAt?.getTime()).toBeLessThan(effectiveFrom.getTime())
})

test('at any time each task keeps the rule that was in force at its acceptance', async () => {
  const taskers = await Promise.all(Array.from({ length: 12 }, (_, index) => actor(app, `Tasker ${index}`)))
  const tasks = await Promise.all(taskers.map(() => anna.posts()))
  await Promise.all([
    ...taskers.map((tasker, index) => tasker.asks('acceptTask', { taskId: tasks[index]?.id })),
    ...Array.from({ length: 6 }, (_, index) => setsFee(ada, { basisPoints: index })),
  ])
  const rules = await app.prisma.feeRule.findMany()
  for (const task of tasks) {
    const { feeRuleVersion, acceptedAt } = await taskRowOf(app, task)
    const inForce = rules
      .filter(({ effectiveFrom }) => effectiveFrom <= (acceptedAt ?? 0))
      .sort((one, other) => +other.effectiveFrom - +one.effectiveFrom || other.version - one.version)[0]
    expect(feeRuleVersion).toBe(inForce?.version)
  }
})
