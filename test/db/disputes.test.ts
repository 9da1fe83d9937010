/** Refusals of the database itself about disputes, as psql would get them, each by the constraint that states why. */
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closeBooks, moneyWorld, taskAtWork, type World } from '../support/money.ts'
import { actor, everything, type Named } from '../support/story.ts'

let world: World
let client: pg.Client
let task: Named
let open: Named
let resolved: Named
let stranger: string
let applicant: string
let evidence: string

beforeAll(async () => {
  world = await moneyWorld()
  const { app, anna, ben, fay } = world
  const chosen = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const flo = await actor(app, 'Flo', 'FINANCE')
  await flo.applies(chosen)
  await anna.accepts(await ben.applies(chosen))
  await anna.funds(chosen)
  task = chosen
  open = await ben.disputes(task)
  const other = await taskAtWork(world)
  resolved = await anna.disputes(other)
  await fay.does('resolveDispute', {
    disputeId: resolved.id,
    toTasker: { amount: '5', currencyCode: 'EUR' },
    note: 'A quarter.',
    idempotencyKey: 'psql',
  })
  stranger = (await actor(app, 'Sam')).uuid
  applicant = flo.uuid
  evidence = crypto.randomUUID()
  await app.database.pool.query(
    `insert into attachments (
      id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, dispute_id
    )
    values ($1, $2, 'EVIDENCE', 'AVAILABLE', 'a.txt', 'text/plain', 1, repeat('0', 64), errand_now(), $3)`,
    [evidence, ben.uuid, open.uuid],
  )
})
afterAll(async () => {
  await closeBooks(world)
})
beforeEach(async () => {
  client = new pg.Client({ connectionString: world.app.connectionString })
  await client.connect()
})
afterEach(async () => {
  await client.end()
})

/** Runs these statements in one transaction; returns the constraint that refused one of them or the commit. */
async function refusalOf(...statements: string[]): Promise<string | undefined> {
  await client.query('begin')
  try {
    for (const statement of statements) await client.query(statement)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    if (error instanceof pg.DatabaseError) return error.constraint
    throw error
  }
  return undefined
}

const ofOpen = () => `where id = '${open.uuid}'`
const ofResolved = () => `where id = '${resolved.uuid}'`
const ofTask = () => `where id = '${task.uuid}'`
const resolution = (more: string) =>
  `update disputes set status = 'RESOLVED', ended_at = errand_now(), overdue_at = null, note = 'Mine.', ${more} ${ofOpen()}`
const copyOfOpen = (columns: Partial<Record<string, string>>) => {
  const names = 'id task_id hold_id tasker_id opened_by_id status task_status_before reason opened_at currency'.split(
    ' ',
  )
  const values = { id: 'gen_random_uuid()', ...columns } as Record<string, string>
  return `insert into disputes (${names}) select ${names.map((name) => values[name] ?? name)} from disputes ${ofOpen()}`
}

const attacks: Record<string, () => string[]> = {
  a_dispute_follows_its_life_cycle: () => [`update disputes set status = 'OPEN', ended_at = null ${ofResolved()}`],
  an_ended_dispute_never_changes: () => [`update disputes set note = 'Another one.' ${ofResolved()}`],
  a_dispute_keeps_what_it_is_about: () => [`update disputes set reason = 'Another one.' ${ofOpen()}`],
  disputes_are_append_only: () => [`delete from disputes ${ofOpen()}`],
  a_task_has_one_open_dispute: () => [copyOfOpen({})],
  a_dispute_is_opened_by_a_party_about_their_hold: () => [copyOfOpen({ opened_by_id: `'${stranger}'` })],
  a_dispute_is_about_work_in_progress: () => [copyOfOpen({ task_status_before: `'OPEN'` })],
  a_dispute_has_a_reason: () => [copyOfOpen({ reason: `''` })],
  a_dispute_has_an_end_exactly_when_it_is_not_open: () => [`update disputes set ended_at = errand_now() ${ofOpen()}`],
  a_dispute_ends_after_it_was_opened: () => [
    `update disputes set status = 'WITHDRAWN', overdue_at = null, ended_at = opened_at - interval '1 hour' ${ofOpen()}`,
  ],
  a_resolution_is_whole_and_only_of_a_resolved_dispute: () => [`update disputes set note = 'No.' ${ofOpen()}`],
  shares_are_not_negative: () => [
    resolution(`to_tasker_minor = -1, to_poster_minor = 2001, decided_by_id = '${stranger}'`),
  ],
  a_resolution_divides_something: () => [
    resolution(`to_tasker_minor = 0, to_poster_minor = 0, decided_by_id = '${stranger}'`),
  ],
  only_an_open_dispute_becomes_overdue: () => [
    `update disputes set status = 'WITHDRAWN', ended_at = errand_now() ${ofOpen()}`,
  ],
  nobody_decides_a_dispute_of_their_own: () => [
    resolution(`to_tasker_minor = 2000, to_poster_minor = 0, decided_by_id = '${applicant}'`),
  ],
  a_task_is_disputed_exactly_while_a_dispute_is_open: () => [`update tasks set status = 'ASSIGNED' ${ofTask()}`],
  an_open_dispute_freezes_its_hold: () => [`update holds set frozen = false where task_id = '${task.uuid}'`],
  only_evidence_belongs_to_a_dispute: () => [`update attachments set purpose = 'TASK' where id = '${evidence}'`],
  an_attachment_keeps_its_owner: () => [
    `update attachments set dispute_id = '${resolved.uuid}' where id = '${evidence}'`,
  ],
  evidence_is_not_deleted: () => [`update attachments set status = 'DELETED' where id = '${evidence}'`],
  an_attachment_is_attached_once: () => [
    `insert into attachments (
      id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, dispute_id, task_id
    )
    select gen_random_uuid(), uploaded_by_id, 'EVIDENCE', status, filename, content_type, byte_size, sha256, created_at,
      dispute_id, '${task.uuid}'
    from attachments where id = '${evidence}'`,
  ],
  a_topic_is_one_thing: () => [
    `update chat_topics set transfer_id = (select id from transfers limit 1) where dispute_id = '${open.uuid}'`,
  ],
  a_chat_is_opened_about_one_thing: () => [
    `update chats set about_transfer_id = (select id from transfers limit 1) where about_dispute_id = '${open.uuid}'`,
  ],
  a_dispute_that_a_chat_is_about_comes_with_its_task: () => [
    `update chats set about_task_id = null where about_dispute_id = '${open.uuid}'`,
  ],
}

describe('the database refuses', () => {
  test.each(Object.entries(attacks))('what %s forbids', async (constraint, statements) => {
    const before = await everything(world.app)
    expect(await refusalOf(...statements())).toBe(constraint)
    expect(await everything(world.app)).toEqual(before)
  })

  test('an end of the dispute without the task, and of the task without the dispute, at the commit', async () => {
    const withdrawal = `update disputes set status = 'WITHDRAWN', overdue_at = null, ended_at = errand_now() ${ofOpen()}`
    const constraint = 'a_task_is_disputed_exactly_while_a_dispute_is_open'
    expect(await refusalOf(withdrawal)).toBe(constraint)
    expect(await refusalOf(withdrawal, `update tasks set status = 'ASSIGNED' ${ofTask()}`, 'select 1 / 0')).not.toBe(
      constraint,
    )
  })

  test('a truncation', async () => {
    expect(await refusalOf('truncate disputes cascade')).toMatch(/append_only/)
  })
})
