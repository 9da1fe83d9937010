/** Chargebacks of the sandbox provider, from the bank's first word to its decision, told by webhooks. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { closeBooks, holdRows, postingsOf, taskAtWork, trailOf, type World } from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { ScriptedProvider } from '../../support/scriptedProvider.ts'
import { startApp } from '../../support/servers/app.ts'
import { type Actor, actor, type Named } from '../../support/story.ts'
import { files, upload } from '../../support/uploads.ts'

let world: World
let url: string
let ada: Actor

beforeAll(async () => {
  const app = await startApp()
  url = await app.listen()
  const [anna, ben, fay] = [await actor(app, 'Anna'), await actor(app, 'Ben'), await actor(app, 'Fay', 'FINANCE')]
  world = { app, provider: new ScriptedProvider(), anna, ben, fay }
  ada = await actor(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await closeBooks(world)
})

const MUTATION = (name: string) => /* GraphQL */ `
  mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) {
      __typename
      ... on SandboxChargebackPayload { providerReference amount { amount } reason }
      ... on Error { code message }
    }
  }`
async function does(by: Actor, name: string, input: object): Promise<Record<string, unknown>> {
  const answer = await ask<Record<string, Record<string, unknown>>>(by, MUTATION(name), { input })
  return answer[name] ?? {}
}
const setMode = (mode: string) =>
  ask(ada, 'mutation ($input: SetSandboxProviderInput!) { setSandboxProvider(input: $input) { __typename } }', {
    input: { mode },
  })
const holdIdOf = async (task: Named) => toPublicId('hld', String((await holdRows(world, task)).at(-1)?.id))
const chargebackOf = (task: Named) => world.app.prisma.chargeback.findFirst({ where: { taskId: task.uuid } })
const statusOf = async (task: Named) => (await chargebackOf(task))?.status
/** Waits for the webhook; the time is that of a request on a busy machine. */
const noticed = (task: Named, status: string) => expect.poll(() => statusOf(task), { timeout: 20_000 }).toBe(status)
const submit = (chargebackId: string, more: object = {}) =>
  ask(
    world.fay,
    `mutation ($input: SubmitChargebackEvidenceInput!) {
      submitChargebackEvidence(input: $input) {
        __typename ... on ChargebackPayload { chargeback { status evidencePending submittedAt } }
      }
    }`,
    {
      input: { idempotencyKey: randomUUID(), chargebackId, statement: 'It was painted.', submit: true, ...more },
    },
  )

describe('the sandbox', () => {
  test.each(['ACCEPT', 'DUPLICATE_WEBHOOK'])(
    'opens, takes evidence and decides, told by webhooks (%s)',
    async (mode) => {
      const task = await taskAtWork(world)
      await setMode(mode)
      const input = { holdId: await holdIdOf(task), reason: 'product_not_received' }
      expect(await does(ada, 'openSandboxChargeback', input)).toMatchObject({
        amount: { amount: '20.00' },
        reason: 'product_not_received',
      })
      await noticed(task, 'NEEDS_RESPONSE')
      const row = await chargebackOf(task)
      expect(row).toMatchObject({ amountMinor: 2000n, providerFeeMinor: 1500n, reason: 'product_not_received' })
      const id = toPublicId('cbk', String(row?.id))
      const picture = (await upload(url, world.fay, files.png(70_000), { purpose: 'EVIDENCE' })).attachment.id
      expect(await submit(id, { evidenceIds: [picture] })).toMatchObject({
        submitChargebackEvidence: { chargeback: { status: 'UNDER_REVIEW', evidencePending: false } },
      })
      const [received] = await world.app.database.rows<{ evidence: { byteSize: number; sha256: string }[] }>`
        /* testEvidence */
        select evidence
        from sandbox.chargebacks
        where id = ${String(row?.providerReference)}`
      const [file] = await world.app.prisma.attachment.findMany({ where: { chargebackId: String(row?.id) } })
      expect(received?.evidence).toMatchObject([{ byteSize: 70_000, sha256: file?.sha256 }])
      expect(await does(ada, 'decideSandboxChargeback', { chargebackId: id, won: false })).toMatchObject({
        __typename: 'SandboxChargebackPayload',
      })
      await noticed(task, 'LOST')
      expect(await does(ada, 'decideSandboxChargeback', { chargebackId: id, won: true })).toMatchObject({
        __typename: 'IllegalTransitionError',
      })
      expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
      expect(await postingsOf(world, task)).toHaveLength(3)
      await setMode('ACCEPT')
    },
  )

  test.each(['DROP_RESPONSE', 'DARK'])('evidence whose answer is lost is sent again (%s)', async (mode) => {
    const task = await taskAtWork(world)
    await does(ada, 'openSandboxChargeback', { holdId: await holdIdOf(task) })
    await noticed(task, 'NEEDS_RESPONSE')
    await setMode(mode)
    expect(await submit(toPublicId('cbk', String((await chargebackOf(task))?.id)))).toMatchObject({
      submitChargebackEvidence: { chargeback: { status: 'NEEDS_RESPONSE', evidencePending: true } },
    })
    await setMode('ACCEPT')
    await world.app.services.sandboxClock?.advance(120_000)
    expect(await chargebackOf(task)).toMatchObject({ status: 'UNDER_REVIEW', evidenceDueAt: null })
  })

  test('decides against us when nothing is submitted in time, which a look-up finds', async () => {
    const task = await taskAtWork(world)
    await does(ada, 'openSandboxChargeback', { holdId: await holdIdOf(task) })
    await noticed(task, 'NEEDS_RESPONSE')
    await world.app.services.sandboxClock?.advance(15 * 86_400_000)
    await noticed(task, 'LOST')
  })

  test('refuses what a bank could not do', async () => {
    const task = await taskAtWork(world)
    const holdId = await holdIdOf(task)
    const open = (by: Actor, more: object = {}) => does(by, 'openSandboxChargeback', { holdId, ...more })
    expect(await open(world.fay)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await open(ada, { amount: { amount: '20.01', currencyCode: 'EUR' } })).toMatchObject({
      __typename: 'ValidationError',
    })
    expect(await open(ada, { amount: { amount: '5', currencyCode: 'USD' } })).toMatchObject({
      __typename: 'ValidationError',
    })
    expect(await open(ada, { holdId: toPublicId('hld', randomUUID()) })).toMatchObject({ __typename: 'NotFoundError' })
    const unknown = { chargebackId: toPublicId('cbk', randomUUID()), won: true }
    expect(await does(ada, 'decideSandboxChargeback', unknown)).toMatchObject({ __typename: 'NotFoundError' })
    expect(await chargebackOf(task)).toBeNull()
  })
})
