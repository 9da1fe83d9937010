/** Both parties add evidence to an open dispute; it is seen by them and staff, and by anonymous else. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anonymousCaller, ask } from '../../support/ask.ts'
import { closeBooks, moneyWorld, taskAtWork, type World } from '../../support/money.ts'
import { type Actor, actor, expectRefusal, type Named, taskRowOf } from '../../support/story.ts'
import { files, upload } from '../../support/uploads.ts'

let world: World
let url: string
let anna: Actor
let ben: Actor
let fay: Actor
let task: Named
let dispute: Named

beforeAll(async () => {
  world = await moneyWorld()
  url = await world.app.listen()
  ;({ anna, ben, fay } = world)
  task = await taskAtWork(world)
  dispute = await anna.disputes(task)
})
afterAll(async () => {
  await closeBooks(world)
})

const fileOf = async (owner: Actor, purpose = 'EVIDENCE'): Promise<string> =>
  (await upload(url, owner, files.png(), { purpose })).attachment.id

test('comes from both sides, in the order of upload, and the version of the task stays', async () => {
  const { version } = await taskRowOf(world.app, task)
  const ids = [await fileOf(anna), await fileOf(ben), await fileOf(anna)]
  await ben.does('addEvidence', { disputeId: dispute.id, evidenceIds: [ids[1]] })
  await anna.does('addEvidence', {
    disputeId: dispute.id,
    evidenceIds: [ids[0], ids[2]],
    statement: 'See for yourself.',
  })
  expect(await taskRowOf(world.app, task)).toMatchObject({ version, status: 'DISPUTED' })
  const query = 'query ($id: ID!) { dispute(id: $id) { evidence { id } } }'
  expect(await ask(fay, query, { id: dispute.id })).toEqual({ dispute: { evidence: ids.map((id) => ({ id })) } })
  const event = await world.app.prisma.event.findFirst({
    where: { taskId: task.uuid, type: 'task.dispute_evidence_added' },
    orderBy: { sequence: 'desc' },
  })
  expect(event).toMatchObject({
    reason: 'See for yourself.',
    taskVersion: version,
    actorId: anna.uuid,
    statusAfter: null,
  })
  expect(event?.recipientIds.sort()).toEqual([anna.uuid, ben.uuid].sort())
})

test('is downloaded by the parties and staff only', async () => {
  const id = await fileOf(anna)
  await anna.does('addEvidence', { disputeId: dispute.id, evidenceIds: [id] })
  const stranger = await actor(world.app, 'Sam')
  const link = async (reader: Parameters<typeof ask>[0]) =>
    (
      await ask<{ node: { url: string } | null }>(
        reader,
        'query ($id: ID!) { node(id: $id) { ... on Attachment { url } } }',
        { id },
      )
    ).node?.url
  for (const reader of [anna, ben, fay]) {
    const { pathname, search } = new URL((await link(reader)) ?? '')
    expect((await fetch(`${url}${pathname}${search}`)).status).toBe(200)
  }
  expect(await link(stranger)).toBeUndefined()
  expect(await link(anonymousCaller(world.app))).toBeUndefined()
})

test('is refused in the fixed order, and a refusal changes nothing', async () => {
  const { app } = world
  const stranger = await actor(app, 'Sam')
  const input = { disputeId: dispute.id, statement: 'It was white.' }
  await expectRefusal(
    app,
    anna,
    'addEvidence',
    { disputeId: dispute.id },
    {
      __typename: 'ValidationError',
      fields: [{ path: ['input', 'evidenceIds'] }],
    },
  )
  const [hers, picture, used] = [await fileOf(ben), await fileOf(anna, 'TASK'), await fileOf(anna)]
  await anna.does('addEvidence', { disputeId: dispute.id, evidenceIds: [used] })
  await expectRefusal(
    app,
    anna,
    'addEvidence',
    { ...input, evidenceIds: [hers] },
    { __typename: 'NotFoundError', id: hers },
  )
  await expectRefusal(
    app,
    anna,
    'addEvidence',
    { ...input, evidenceIds: [picture] },
    {
      __typename: 'ValidationError',
      fields: [{ path: ['input', 'evidenceIds', '0'] }],
    },
  )
  await expectRefusal(app, stranger, 'addEvidence', input, { __typename: 'NotFoundError', id: dispute.id })
  await expectRefusal(app, fay, 'addEvidence', input, { __typename: 'ForbiddenError' })
  const other = await ben.disputes(await taskAtWork(world))
  await expectRefusal(
    app,
    anna,
    'addEvidence',
    { disputeId: other.id, evidenceIds: [used] },
    {
      __typename: 'NotFoundError',
      id: used,
    },
  )
  await ben.does('withdrawDispute', { disputeId: other.id })
  await expectRefusal(
    app,
    anna,
    'addEvidence',
    { ...input, disputeId: other.id },
    {
      __typename: 'IllegalTransitionError',
      from: 'WITHDRAWN',
      action: 'addEvidence',
    },
  )
})

test('has a limit for each side', async () => {
  const { app } = world
  const task = await taskAtWork(world)
  const dispute = await ben.disputes(task)
  await app.database.pool.query(
    `insert into attachments (
      id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, dispute_id
    )
    select gen_random_uuid(), $1, 'EVIDENCE', 'AVAILABLE', 'a.txt', 'text/plain', 1, repeat('0', 64), errand_now(), $2
    from generate_series(1, 49)`,
    [anna.uuid, dispute.uuid],
  )
  const [one, two] = [await fileOf(anna), await fileOf(anna)]
  await expectRefusal(
    app,
    anna,
    'addEvidence',
    { disputeId: dispute.id, evidenceIds: [one, two] },
    {
      __typename: 'ValidationError',
      fields: [{ path: ['input', 'evidenceIds'] }],
    },
  )
  await anna.does('addEvidence', { disputeId: dispute.id, evidenceIds: [one] })
  await ben.does('addEvidence', { disputeId: dispute.id, evidenceIds: [await fileOf(ben)] })
})
