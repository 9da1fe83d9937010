/** Constraints of customer service in the database itself, each by its name. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Someone, someone, supportRows } from '../support/customerService.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import type { Named } from '../support/story.ts'

let app: TestApp
let cora: Someone
let gil: Someone
let gus: Someone
let queued: Named
let assigned: Named
let ended: Named

beforeAll(async () => {
  app = await startApp()
  ;[cora, gil, gus] = [
    await someone(app, 'Cora'),
    await someone(app, 'Gil', 'AGENT'),
    await someone(app, 'Gus', 'AGENT'),
  ]
  await gil.is('BUSY', 1)
  await gus.is('BUSY')
  ended = await cora.seeksHelp()
  await gil.claims()
  await gil.ends(ended)
  assigned = await (await someone(app, 'Carl')).seeksHelp()
  await gil.claims()
  await gil.does('addNote', { chatId: assigned.id, body: 'Kind.' })
  queued = await cora.seeksHelp()
})
afterAll(async () => {
  await app.stop()
})

const set = (chat: () => Named, columns: string | (() => string)) => () =>
  `update chats set ${typeof columns === 'string' ? columns : columns()} where id = '${chat().uuid}'`
const assignTo = (agent: () => Someone) => () =>
  `
  update chats
  set status = 'ASSIGNED', agent_id = '${agent().uuid}', assigned_at = now(), agent_silent_since = now()
  where id = '${queued.uuid}'`
const newChat = (columns: string, values: () => string) => () =>
  `
  insert into chats (id, created_at, ${columns})
  values (gen_random_uuid(), now(), ${values()})`

test.each<[constraint: string, statement: () => string]>([
  [
    'a_support_chat_follows_its_life_cycle',
    set(() => ended, "status = 'QUEUED', agent_id = null, assigned_at = null, end_reason = null, ended_at = null"),
  ],
  [
    'a_customer_has_one_open_support_chat',
    newChat('kind, customer_id, status, queued_at', () => `'SUPPORT', '${cora.uuid}', 'QUEUED', now()`),
  ],
  [
    'a_support_chat_has_a_customer_a_status_and_a_time_of_queueing',
    newChat('kind, customer_id, status', () => `'SUPPORT', '${gus.uuid}', 'QUEUED'`),
  ],
  [
    'an_assigned_chat_has_an_agent_and_a_queued_one_has_none',
    set(
      () => queued,
      () => `agent_id = '${gil.uuid}', assigned_at = now()`,
    ),
  ],
  ['an_assigned_chat_has_an_agent_and_a_queued_one_has_none', set(() => assigned, 'assigned_at = null')],
  ['an_ended_support_chat_has_its_reason_and_time', set(() => queued, "status = 'ENDED', ended_at = now()")],
  ['an_ended_support_chat_has_its_reason_and_time', set(() => queued, 'ended_at = now()')],
  ['one_side_of_an_assigned_chat_is_silent', set(() => assigned, 'agent_silent_since = null')],
  ['one_side_of_an_assigned_chat_is_silent', set(() => assigned, 'customer_silent_since = now()')],
  ['only_a_silent_customer_was_warned', set(() => assigned, 'customer_warned_at = now()')],
  [
    'nobody_is_their_own_agent',
    set(
      () => assigned,
      () => `customer_id = '${gil.uuid}'`,
    ),
  ],
  ['a_transfer_that_it_is_about_comes_with_its_task', set(() => queued, 'about_transfer_id = gen_random_uuid()')],
  ['a_rating_is_from_1_to_5_and_has_its_time', set(() => ended, 'rating_score = 6, rated_at = now()')],
  ['a_rating_is_from_1_to_5_and_has_its_time', set(() => ended, 'rating_score = 5')],
  ['only_an_ended_chat_is_rated', set(() => queued, 'rating_score = 5, rated_at = now()')],
  ['a_comment_comes_with_a_rating', set(() => ended, "rating_comment = 'Good.'")],
  ['an_agent_has_no_more_chats_than_their_capacity', assignTo(() => gil)],
  ['a_capacity_is_from_1_to_50', () => `update agents set capacity = 51 where id = '${gil.uuid}'`],
  ['notes_are_append_only', () => "update notes set body = 'Unkind.'"],
  ['notes_are_append_only', () => 'delete from notes'],
  ['notes_are_append_only', () => 'truncate notes'],
])('refuses by %s', async (constraint, statement) => {
  const before = await supportRows(app)
  await expect(app.database.pool.query(statement())).rejects.toMatchObject({ constraint })
  expect(await supportRows(app)).toEqual(before)
})

test('counts the chats of agents itself, whatever statement moves them', async () => {
  const activeOf = async (agent: Someone) =>
    (await app.prisma.agent.findUniqueOrThrow({ where: { id: agent.uuid } })).activeChats
  await app.database.pool.query(assignTo(() => gus)())
  expect([await activeOf(gil), await activeOf(gus)]).toEqual([1, 1])
  await app.database.pool.query(`update chats set agent_id = '${gus.uuid}' where id = '${assigned.uuid}'`)
  expect([await activeOf(gil), await activeOf(gus)]).toEqual([0, 2])
  await app.database.pool.query(`
    update chats
    set status = 'QUEUED', agent_id = null, assigned_at = null, agent_silent_since = null
    where id = '${queued.uuid}'`)
  expect([await activeOf(gil), await activeOf(gus)]).toEqual([0, 1])
})
