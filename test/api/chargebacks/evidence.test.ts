/** Evidence against chargebacks: drafts and the final submission, sent in streams, once, whatever becomes of the answer. */
import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chargebackTimers } from '../../../src/chargebacks/chargebackTimers.ts'
import { EVIDENCE_LIMITS } from '../../../src/payments/stripe/traits.ts'
import { ask } from '../../support/ask.ts'
import { chargedBack } from '../../support/chargebacks.ts'
import { acts, closeBooks, eventsOf, moneyWorld, taskAtWork, type World } from '../../support/money.ts'
import { fromPublicId, toPublicId } from '../../support/publicIds.ts'
import { lost, refusedForGood, refusedForNow } from '../../support/scriptedProvider.ts'
import { type Actor, actor, everything, timePasses } from '../../support/story.ts'
import { files, upload } from '../../support/uploads.ts'

let world: World
let url: string
let anna: Actor
let ben: Actor
let fay: Actor
let ada: Actor

beforeAll(async () => {
  world = await moneyWorld()
  url = await world.app.listen()
  ;({ anna, ben, fay } = world)
  ada = await actor(world.app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await closeBooks(world)
})

const statement = 'The fence was painted, see the picture.'
const evidenceOf = async (owner: Actor, purpose = 'EVIDENCE'): Promise<string> =>
  (await upload(url, owner, files.png(), { purpose })).attachment.id

async function open() {
  const task = await taskAtWork(world)
  const chargeback = await chargedBack(world, task)
  const { id } = await chargeback.row()
  return { task, chargeback, id: toPublicId('cbk', id) }
}

/** The bytes of these files together. */
async function sizeOf(ids: readonly string[]): Promise<bigint> {
  const { _sum } = await world.app.prisma.attachment.aggregate({
    where: { id: { in: ids.map((id) => fromPublicId('att', id) ?? '') } },
    _sum: { byteSize: true },
  })
  return _sum?.byteSize ?? 0n
}

const submits = (by: Actor, chargebackId: string, more: Record<string, unknown> = {}) =>
  acts(by, 'submitChargebackEvidence', { chargebackId, statement, submit: true, ...more })

async function timersRun(): Promise<void> {
  for (const timer of chargebackTimers(world.app.files)) await timer.runDue(world.app.work, 100)
}

async function later(interval: string, work: () => Promise<void>): Promise<void> {
  await timePasses(world.app, interval)
  await work()
  await timePasses(world.app, `-${interval}`)
}

describe('submitChargebackEvidence', () => {
  test('sends drafts, each in place of the one before, then the final evidence once', async () => {
    const { task, id, chargeback } = await open()
    const first = await evidenceOf(fay)
    expect(await submits(fay, id, { submit: false, evidenceIds: [first] })).toMatchObject({
      __typename: 'ChargebackPayload',
      replayed: false,
      chargeback: {
        status: 'NEEDS_RESPONSE',
        statement,
        submittedAt: null,
        evidencePending: false,
        evidence: [{ id: first }],
      },
    })
    const second = await evidenceOf(ada)
    const input = { statement: 'Final words.', evidenceIds: [second], idempotencyKey: randomUUID() }
    expect(await submits(ada, id, input)).toMatchObject({
      replayed: false,
      chargeback: {
        status: 'UNDER_REVIEW',
        statement: 'Final words.',
        submittedAt: expect.any(String),
        evidence: [{ id: first }, { id: second }],
      },
    })
    expect(await submits(ada, id, input)).toMatchObject({ replayed: true, chargeback: { status: 'UNDER_REVIEW' } })
    const { submissions } = world.provider
    expect(submissions.slice(-2)).toMatchObject([
      { reference: id, isFinal: false, idempotencyKey: `${id}-1-1`, files: [{ contentType: 'image/png' }] },
      { reference: id, isFinal: true, idempotencyKey: `${id}-2-1`, statement: 'Final words.', files: [{}, {}] },
    ])
    const checksum = createHash('sha256')
    for await (const piece of (await submissions.at(-1)?.files[0]?.open()) ?? []) checksum.update(piece)
    const stored = await world.app.prisma.attachment.findMany({
      where: { chargebackId: (await chargeback.row()).id },
      orderBy: { id: 'asc' },
    })
    expect(checksum.digest('hex')).toBe(stored[0]?.sha256)
    expect((await eventsOf(world, task)).slice(-3)).toEqual([
      'task.chargeback_opened',
      'task.chargeback_evidence_saved',
      'task.chargeback_evidence_submitted',
    ])
    const audits = await world.app.prisma.auditRecord.findMany({ where: { subjectId: (await chargeback.row()).id } })
    expect(audits.map(({ action, actorId }) => [action, actorId])).toEqual([
      ['chargeback.evidence_saved', fay.uuid],
      ['chargeback.evidence_submitted', ada.uuid],
    ])
  })

  test('is repeated under the same key after a lost answer', async () => {
    const { id, chargeback } = await open()
    world.provider.submissionsGet(lost)
    expect(await submits(fay, id)).toMatchObject({
      chargeback: { status: 'NEEDS_RESPONSE', submittedAt: null, evidencePending: true },
    })
    expect(await submits(fay, id)).toMatchObject({ __typename: 'IllegalTransitionError' })
    await later('2 minutes', timersRun)
    expect(await chargeback.row()).toMatchObject({ status: 'UNDER_REVIEW', evidenceDueAt: null })
    const keys = world.provider.submissions.slice(-2).map(({ idempotencyKey }) => idempotencyKey)
    expect(keys).toEqual([`${id}-1-1`, `${id}-1-1`])
  })

  test('counts as received when the provider reports so before its answer', async () => {
    const { id, chargeback, task } = await open()
    world.provider.submissionsGet(async () => {
      await chargeback.becomes({ status: 'UNDER_REVIEW' })
      return lost
    })
    expect(await submits(fay, id)).toMatchObject({ chargeback: { status: 'UNDER_REVIEW', evidencePending: false } })
    expect((await chargeback.row()).submittedAt).not.toBeNull()
    expect((await eventsOf(world, task)).filter((type) => type === 'task.chargeback_evidence_submitted')).toHaveLength(
      1,
    )
  })

  test('is sent again by a timer when the process dies between the commit and the call', async () => {
    const { id, chargeback } = await open()
    world.provider.submissionsGet(() => Promise.reject(new Error('killed')))
    await expect(submits(fay, id)).rejects.toThrow()
    const { id: uuid } = await chargeback.row()
    await timersRun()
    expect(await chargeback.row()).toMatchObject({ status: 'NEEDS_RESPONSE' })
    await world.app.database.pool.query(
      'update chargebacks set evidence_lease_until = clock_timestamp() where id = $1',
      [uuid],
    )
    await timersRun()
    expect(await chargeback.row()).toMatchObject({ status: 'UNDER_REVIEW' })
  })

  test('is retried under another key after a refusal for now, and stops after one for good', async () => {
    const { id, chargeback, task } = await open()
    world.provider.submissionsGet(refusedForNow, refusedForGood)
    expect(await submits(fay, id)).toMatchObject({
      chargeback: { evidencePending: true, evidenceFailure: { code: 'not_now', retryable: true } },
    })
    await later('2 minutes', timersRun)
    expect(await chargeback.row()).toMatchObject({
      evidenceDueAt: null,
      evidenceFailureCode: 'never',
      submittedAt: null,
    })
    expect(world.provider.submissions.at(-1)?.idempotencyKey).toBe(`${id}-1-2`)
    expect((await eventsOf(world, task)).at(-1)).toBe('task.chargeback_evidence_refused')
    expect(await submits(fay, id)).toMatchObject({ chargeback: { status: 'UNDER_REVIEW', evidenceFailure: null } })
  })

  test('is refused in the fixed order, and a refusal changes nothing', async () => {
    const { app } = world
    const { id, chargeback, task } = await open()
    const otherTask = await fay.posts()
    await ben.accepts(otherTask)
    await fay.funds(otherTask)
    const own = await chargedBack(world, otherTask)
    const ownId = toPublicId('cbk', (await own.row()).id)
    const refuses = async (by: Actor, input: Record<string, unknown>, refusal: Record<string, unknown>) => {
      const before = await everything(app)
      const sent = world.provider.submissions.length
      expect(await acts(by, 'submitChargebackEvidence', { statement, submit: true, ...input })).toMatchObject(refusal)
      expect(await everything(app)).toEqual(before)
      expect(world.provider.submissions).toHaveLength(sent)
    }
    const hers = await evidenceOf(ben)
    const avatar = await evidenceOf(fay, 'AVATAR')
    await refuses(anna, { chargebackId: id, statement: ' ' }, { __typename: 'ValidationError' })
    await refuses(anna, { chargebackId: id }, { __typename: 'ForbiddenError' })
    await refuses(ben, { chargebackId: id }, { __typename: 'ForbiddenError' })
    await refuses(fay, { chargebackId: toPublicId('cbk', randomUUID()) }, { __typename: 'NotFoundError' })
    await refuses(fay, { chargebackId: task.id }, { __typename: 'NotFoundError' })
    await refuses(fay, { chargebackId: id, evidenceIds: [hers] }, { __typename: 'NotFoundError' })
    await refuses(fay, { chargebackId: ownId, evidenceIds: [avatar] }, { __typename: 'ValidationError' })
    await refuses(fay, { chargebackId: ownId }, { __typename: 'ForbiddenError' })
    await timePasses(app, '15 days')
    await refuses(fay, { chargebackId: id }, { __typename: 'IllegalTransitionError' })
    await timePasses(app, '-15 days')
    await chargeback.becomes({ status: 'WON' })
    await refuses(fay, { chargebackId: id }, { __typename: 'IllegalTransitionError' })
    await own.becomes({ status: 'WON' })
    await refuses(fay, { chargebackId: ownId }, { __typename: 'ForbiddenError' })
  })

  test('refuses files that the provider does not take, together with those of earlier drafts, and changes nothing', async () => {
    const { app, provider } = world
    const { traits } = provider
    const { id } = await open()
    const refuses = async (evidenceIds: string[], message: string) => {
      const before = await everything(app)
      const sent = provider.submissions.length
      expect(await submits(fay, id, { evidenceIds })).toMatchObject({
        __typename: 'ValidationError',
        fields: [{ path: ['input', 'evidenceIds'], message }],
      })
      expect(await everything(app)).toEqual(before)
      expect(provider.submissions).toHaveLength(sent)
    }
    const pictures: string[] = []
    while (pictures.length < 5) pictures.push(await evidenceOf(fay))
    const text = (await upload(url, fay, files.txt(), { purpose: 'EVIDENCE' })).attachment.id
    try {
      provider.traits = { ...traits, evidence: EVIDENCE_LIMITS }
      await refuses(pictures, 'The provider takes at most 4 files for a chargeback. Combine some of them.')
      await refuses([text], 'The provider takes PDF, JPEG and PNG files.')
      const draft = { submit: false, evidenceIds: pictures.slice(0, 3) }
      expect(await submits(fay, id, draft)).toMatchObject({ chargeback: { evidence: [{}, {}, {}] } })
      await refuses(pictures.slice(3), 'The provider takes at most 4 files for a chargeback. Combine some of them.')
      const bytesMax = await sizeOf(pictures.slice(0, 3))
      provider.traits = { ...traits, evidence: { ...EVIDENCE_LIMITS, bytesMax } }
      await refuses(pictures.slice(3, 4), 'The provider takes at most 4.5 MB of files for a chargeback.')
      expect(await submits(fay, id)).toMatchObject({ chargeback: { status: 'UNDER_REVIEW', evidence: [{}, {}, {}] } })
    } finally {
      provider.traits = traits
    }
  })

  test('files are for the parties and finance staff', async () => {
    const { id } = await open()
    await submits(fay, id, { evidenceIds: [await evidenceOf(fay)] })
    const query = 'query ($id: ID!) { node(id: $id) { ... on Chargeback { status evidence { url } } } }'
    const flo = await actor(world.app, 'Flo', 'FINANCE')
    for (const reader of [anna, ben, flo]) {
      expect(await ask(reader, query, { id })).toMatchObject({ node: { evidence: [{ url: expect.any(String) }] } })
    }
    for (const stranger of [await actor(world.app, 'Sam'), await actor(world.app, 'Gil', 'AGENT')]) {
      expect(await ask(stranger, query, { id })).toEqual({ node: null })
    }
  })
})

test('ledgerHealth and the metrics say how many chargebacks need evidence, and how soon the first is due', async () => {
  const { app, provider } = world
  const health = async () => {
    const query = '{ ledgerHealth { chargebacksNeedingEvidence nextEvidenceDue ok } }'
    const { ledgerHealth } = await ask<{
      ledgerHealth: { chargebacksNeedingEvidence: number; nextEvidenceDue: string | null; ok: boolean }
    }>(fay, query)
    expect(ledgerHealth.ok).toBe(true)
    return ledgerHealth
  }
  const metric = async (name: string) => {
    const page = await (await fetch(`${url}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1])
  }
  await app.database.pool.query(
    `update chargebacks set remind_at = null, evidence_due_by = null where closed_at is null`,
  )
  expect(await health()).toMatchObject({ chargebacksNeedingEvidence: 0, nextEvidenceDue: null })
  expect(await metric('errand_chargebacks_needing_evidence')).toBe(0)
  expect(await metric('errand_chargeback_evidence_due_seconds')).toBeNaN()

  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)
  const [soon, later] = [inDays(1), inDays(2)]
  const first = await chargedBack(world, await taskAtWork(world), { evidenceDueBy: soon })
  await chargedBack(world, await taskAtWork(world), { evidenceDueBy: later })
  const firstId = toPublicId('cbk', (await first.row()).id)
  await submits(fay, firstId, { submit: false })
  expect(await health()).toMatchObject({ chargebacksNeedingEvidence: 2, nextEvidenceDue: soon.toISOString() })
  expect(await metric('errand_chargebacks_needing_evidence')).toBe(2)
  const seconds = await metric('errand_chargeback_evidence_due_seconds')
  expect(seconds).toBeGreaterThan(86_400 - 600)
  expect(seconds).toBeLessThan(86_400 + 600)

  // On its way to the provider.
  provider.submissionsGet(lost)
  await submits(fay, firstId)
  expect(await health()).toMatchObject({ chargebacksNeedingEvidence: 1, nextEvidenceDue: later.toISOString() })
  await timePasses(app, '3 days')
  expect(await health()).toMatchObject({ chargebacksNeedingEvidence: 0, nextEvidenceDue: null })
  await timePasses(app, '-3 days')
})

describe('reminders', () => {
  test('come 7, 3 and 1 days before the evidence is due, to the tasker and finance staff, until it is submitted', async () => {
    const { app } = world
    const { task, id } = await open()
    const due = async () => {
      await timersRun()
      const events = await app.prisma.event.findMany({
        where: { taskId: task.uuid, type: 'task.chargeback_evidence_due' },
        orderBy: { sequence: 'asc' },
      })
      for (const { recipientIds } of events) expect(recipientIds).toEqual(expect.arrayContaining([ben.uuid, fay.uuid]))
      return events.length
    }
    expect(await due()).toBe(0)
    const counts: number[] = []
    const days = ['6 days', '2 days', '3 days', '2 days']
    for (const interval of days) {
      await timePasses(app, interval)
      counts.push(await due())
    }
    expect(counts).toEqual([0, 1, 2, 3])
    for (const interval of days) await timePasses(app, `-${interval}`)
    const submitted = await open()
    await submits(fay, submitted.id)
    await later('13 days', timersRun)
    expect(await eventsOf(world, submitted.task)).not.toContain('task.chargeback_evidence_due')
    expect(id).toMatch(/^cbk_/)
  })
})
